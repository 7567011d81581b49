package puna.server;

import java.util.LinkedHashMap;
import java.util.Map;

/// Right requests of all dialects, from which wrong ones are made: bodies by method and path, in an
/// order in which all of them are right.
final class RightRequests {
  private static final String HELLO = "{\"role\":\"user\",\"content\":\"Hi\"}";
  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\","
          + "\"properties\":{\"a\":{\"type\":\"integer\"}}}}}";

  private RightRequests() {}

  static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    addOpenAi(all);
    addAnthropic(all);
    addOllama(all);
    addLlamaServer(all);
    return all;
  }

  private static void addOpenAi(Map<String, String> all) {
    all.put(
        "POST /v1/chat/completions",
        "{\"model\":\"m\",\"messages\":[%s],\"max_tokens\":2,\"temperature\":0.5,\"top_p\":0.9,"
                .formatted(HELLO)
            + "\"stop\":[\"x\"],\"seed\":1,\"n\":1,\"logprobs\":true,\"top_logprobs\":2,"
            + "\"tools\":[%s],\"tool_choice\":\"none\",\"stream\":true,\"logit_bias\":{\"5\":1}}"
                .formatted(TOOL));
    all.put(
        "POST /v1/completions",
        "{\"model\":\"m\",\"prompt\":[\"a\",[1,2]],\"max_tokens\":1,\"echo\":true,\"logprobs\":1}");
    String input =
        "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
            + "\"text\":\"Hi\"}]}]";
    all.put(
        "POST /v1/responses",
        input
            + ",\"max_output_tokens\":1,\"text\":{\"format\":{\"type\":\"text\"}},"
            + "\"tools\":[],\"stream\":false}");
    all.put("POST /v1/responses/input_tokens", input + "}");
    all.put("POST /v1/embeddings", "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8}");
  }

  private static void addAnthropic(Map<String, String> all) {
    all.put(
        "POST /v1/messages",
        "{\"model\":\"m\",\"max_tokens\":1,\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}],"
            + "\"messages\":[%s],\"stop_sequences\":[\"x\"],\"stream\":false}".formatted(HELLO));
    all.put(
        "POST /v1/messages/count_tokens", "{\"model\":\"m\",\"messages\":[%s]}".formatted(HELLO));
  }

  private static void addOllama(Map<String, String> all) {
    all.put(
        "POST /api/chat",
        "{\"model\":\"m\",\"messages\":[%s],\"options\":{\"num_predict\":1,\"temperature\":0},"
                .formatted(HELLO)
            + "\"keep_alive\":\"5m\",\"format\":\"json\"}");
    all.put(
        "POST /api/generate", "{\"model\":\"m\",\"prompt\":\"a\",\"options\":{\"num_predict\":1}}");
    all.put("POST /api/embed", "{\"model\":\"m\",\"input\":[\"a\"]}");
    all.put("POST /api/embeddings", "{\"model\":\"m\",\"prompt\":\"a\"}");
    all.put("POST /api/show", "{\"model\":\"m\"}");
    all.put("POST /api/pull", "{\"model\":\"m\",\"stream\":false}");
    all.put("POST /api/copy", "{\"source\":\"m\",\"destination\":\"copy\"}");
    all.put("DELETE /api/delete", "{\"model\":\"copy\"}");
  }

  private static void addLlamaServer(Map<String, String> all) {
    all.put(
        "POST /completion",
        "{\"prompt\":\"a\",\"n_predict\":1,\"n_probs\":1,\"samplers\":[\"top_k\",\"temperature\"],"
            + "\"id_slot\":0,\"logit_bias\":[[5,false]],\"grammar\":\"root ::= \\\"a\\\"\"}");
    all.put("POST /slots/0?action=save", "{\"filename\":\"a.bin\"}");
    all.put("POST /slots/0?action=restore", "{\"filename\":\"a.bin\"}");
    all.put("POST /embedding", "{\"content\":[\"a\"],\"embd_normalize\":2}");
    all.put("POST /tokenize", "{\"content\":\"a\",\"with_pieces\":true}");
    all.put("POST /detokenize", "{\"tokens\":[1,2,3]}");
    all.put("POST /rerank", "{\"query\":\"a\",\"documents\":[\"b\",\"c\"]}");
    all.put("POST /apply-template", "{\"messages\":[%s]}".formatted(HELLO));
  }
}
