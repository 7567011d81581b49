package puna.vector;

import puna.model.LlamaDecoderContract;

class VectorDecoderTest extends LlamaDecoderContract {
  VectorDecoderTest() {
    super("vector");
  }
}
