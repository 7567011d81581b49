package puna;

/// What is known of an open model.
///
/// @param name the model's own name, or its file's
/// @param file where it was read from
/// @param architecture such as `llama`
/// @param parameters how many numbers its tensors hold
/// @param bytes the size of its tensors in the file
/// @param vocabulary how many tokens it knows
/// @param trainedContext positions that it was trained for
/// @param context positions that an answer and its prompt may take here
/// @param chatFormat the name of its chat format; empty where it has none that is known
/// @param device the device and how it is used, for people
/// @param kernels the kernel of each type in the file, with reasons, for people
/// @param loadNanos how long opening took
public record ModelInfo(
    String name,
    String file,
    String architecture,
    long parameters,
    long bytes,
    int vocabulary,
    int trainedContext,
    int context,
    String chatFormat,
    String device,
    String kernels,
    long loadNanos) {}
