package puna.model;

class LlamaDecoderTest extends LlamaDecoderContract {
  LlamaDecoderTest() {
    super("scalar");
  }
}
