/// Sampling: from the model's logits to the next token, and log-probabilities.
///
/// [puna.sample.SamplingOptions] has the sampling parameters: temperature, top-k, top-p, min-p,
/// penalties, seed. They are a chain of [puna.sample.SamplerStep]s with llama.cpp's names, values
/// and order, which can be listed in another order. The most common parameters can also be set
/// directly on [puna.ChatOptions] and [puna.GenerationOptions].
///
/// ```java
/// GenerationOptions options =
///     GenerationOptions.defaults()
///         .withSampling(SamplingOptions.defaults().withTemperature(0.7f).withSeed(42))
///         .withLogProbabilities(LogProbabilityOptions.ofAnswer(3))
///         .withMaxTokens(10);
/// try (Generation generation = llama.generate(Prompt.text("Once upon a time"), options)) {
///   for (TokenProbability token : generation.logProbabilities()) {
///     System.out.println(token.token() + " " + token.logProbability() + " " + token.likeliest());
///   }
/// }
/// ```
@NullMarked
package puna.sample;

import org.jspecify.annotations.NullMarked;
