package puna.format;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import puna.chat.format.ChatTemplates;
import puna.gguf.MetadataType;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;
import puna.token.Tokenizer;

/// An open model file: all that a model is made from.
///
/// Metadata have the names of GGUF's keys, whatever the format: what else a format calls them, its
/// implementation translates.
public interface ModelContents extends TensorSource {
  /// The model's file, or its files in order.
  List<Path> files();

  /// @param warnings is told what is odd and yet can be read
  /// @throws puna.error.ModelFormatException when there is no tokenizer that can be used
  Tokenizer tokenizer(ModelWarnings warnings);

  /// The format that chats have, with the text of the template that it comes from.
  ///
  /// @param tokenizer of this model
  /// @param clock for the formats that name today's date
  /// @param warnings is told what is odd in the template and yet of no harm
  ChatTemplates.Chosen chat(Tokenizer tokenizer, Clock clock, ModelWarnings warnings);

  /// The types that metadata values have in the file, of arrays those of their elements; empty for
  /// formats whose metadata are translated.
  Optional<Map<String, MetadataType>> storedTypes();

  /// The tokenizer and the chat templates by GGUF's keys, for formats that keep them elsewhere.
  ///
  /// @throws puna.error.ModelFormatException when there is no tokenizer
  SequencedMap<String, Object> tokenizerKeys();

  /// Maps the files, so that tensors lie in memory and pages are shared with other processes. Who
  /// reads that memory after a file was cut short dies of it: the JVM throws `InternalError` where
  /// it can, and ends where it cannot.
  ///
  /// @throws puna.error.ModelReadException when the system does not map them
  void map();

  /// Throws unless the files are those that were opened: otherwise what was read belongs to two
  /// models.
  ///
  /// @throws puna.error.ModelReadException when one was changed
  void requireUnchanged();

  /// Closes the files. Metadata stay; tensors must not be read any more.
  @Override
  void close();
}
