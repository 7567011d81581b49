/// Agents: a model that calls tools until it can answer.
///
/// An [puna.agent.Agent] asks the model, runs the tools that it calls, and gives it their results,
/// within [puna.agent.AgentLimits]. Tools are functions ([puna.agent.AgentTool]), methods of a Java
/// object ([puna.agent.Tools]), or those of an MCP server ([puna.agent.McpTools]). A failing tool
/// does not end a run: the model is told why and can try something else.
///
/// ```java
/// record Place(@Description("its name, in English") String city) {}
///
/// AgentTool weather =
///     AgentTool.of(
///         "get_weather",
///         "Tells the weather in a city.",
///         Place.class,
///         place -> "21 degrees and sunny in " + place.city());
/// LlamaModel model = new LlamaModel(llama, ChatOptions.defaults().withMaxTokens(200));
/// Agent agent = new Agent(model, List.of(weather), AgentLimits.defaults());
/// AgentRun run = agent.run("What is the weather in Paris?");
/// System.out.println(run.answer());
/// ```
@NullMarked
package puna.agent;

import org.jspecify.annotations.NullMarked;
