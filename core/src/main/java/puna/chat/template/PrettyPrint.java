package puna.chat.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Bytes;
import puna.chat.template.python.Comparing;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.Sorting;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filter `pprint`: Python's `pprint.pformat`, values on lines of 80 characters with sorted
/// dicts.
final class PrettyPrint {
  private static final int WIDTH = 80;
  private static final Pattern PART = Pattern.compile("\\S*\\s*", Pattern.UNICODE_CHARACTER_CLASS);

  private final TextBuilder out = new TextBuilder();
  private final Rendering runtime;

  private PrettyPrint(Rendering runtime) {
    this.runtime = runtime;
  }

  static Value apply(Value value, Arguments arguments) {
    arguments.bind("pprint");
    PrettyPrint print = new PrettyPrint(arguments.runtime());
    print.format(value, new Place(0, 0, 1));
    return print.out.build();
  }

  /// Where a value is printed.
  ///
  /// @param indent how far in
  /// @param allowance characters that follow it on its last line
  /// @param level how deep, 1 outermost
  private record Place(int indent, int allowance, int level) {
    Place inside(int more, int following) {
      return new Place(indent + more, following, level + 1);
    }
  }

  private void format(Value value, Place place) {
    Text line = line(value);
    runtime.charge(1 + line.length() / 16);
    if (line.codePointCount() <= WIDTH - place.indent() - place.allowance()) {
      out.append(line);
      return;
    }
    switch (value) {
      case Text text when !text.isSafe() -> text(text, place);
      case Bytes bytes when bytes.size() > 4 -> bytes(bytes, place);
      case Dict dict -> dict(dict, place);
      case Sequence sequence when sequence.kind() == Sequence.Kind.LIST ->
          elements(sequence, "[", "]", place);
      case Sequence sequence when sequence.kind() == Sequence.Kind.TUPLE ->
          elements(sequence, "(", sequence.items().size() == 1 ? ",)" : ")", place);
      default -> out.append(line);
    }
  }

  private void dict(Dict dict, Place place) {
    out.template("{");
    for (Iterator<Dict.Entry> entries = sorted(dict).iterator(); entries.hasNext(); ) {
      Dict.Entry entry = entries.next();
      Text key = line(entry.key());
      out.append(key).template(": ");
      int following = entries.hasNext() ? 1 : place.allowance() + 1;
      format(entry.value(), place.inside(1 + key.codePointCount() + 2, following));
      lineBreak(entries.hasNext() ? "," : "", place.indent() + 1);
    }
    out.template("}");
  }

  /// Behind a comma.
  private void lineBreak(String comma, int indent) {
    if (!comma.isEmpty()) {
      out.template(comma).template("\n").template(" ".repeat(indent));
    }
  }

  private void elements(Sequence sequence, String open, String close, Place place) {
    out.template(open);
    for (Iterator<Value> items = sequence.items().iterator(); items.hasNext(); ) {
      Value item = items.next();
      int following = items.hasNext() ? 1 : place.allowance() + close.length();
      format(item, place.inside(1, following));
      lineBreak(items.hasNext() ? "," : "", place.indent() + 1);
    }
    out.template(close);
  }

  /// A long text as literals side by side, cut behind line breaks and between words.
  private void text(Text text, Place place) {
    boolean isAlone = place.level() == 1;
    int indent = place.indent() + (isAlone ? 1 : 0);
    int allowance = place.allowance() + (isAlone ? 1 : 0);
    List<Text> chunks = new ArrayList<>();
    for (Iterator<int[]> lines = Splitting.lines(text.toString()).iterator(); lines.hasNext(); ) {
      int[] line = lines.next();
      Text whole = text.slice(line[0], line[2]);
      int end = lines.hasNext() ? 0 : allowance;
      Text printed = Printing.repr(whole);
      if (printed.codePointCount() <= WIDTH - indent - end) {
        chunks.add(printed);
      } else {
        words(whole, WIDTH - indent, end, chunks);
      }
    }
    literals(chunks, indent, isAlone && chunks.size() > 1 ? "()" : "");
  }

  private void words(Text line, int width, int allowance, List<Text> chunks) {
    Matcher part = PART.matcher(line.toString());
    Text current = Text.EMPTY;
    int at = 0;
    while (at < line.length() && part.find(at)) {
      Text word = line.slice(at, part.end());
      at = part.end();
      Text candidate = current.plus(word);
      runtime.charge(1 + candidate.length() / 16);
      int room = at == line.length() ? width - allowance : width;
      if (Printing.repr(candidate).codePointCount() > room && !current.isEmpty()) {
        chunks.add(Printing.repr(current));
        candidate = word;
      }
      current = candidate;
    }
    if (!current.isEmpty()) {
      chunks.add(Printing.repr(current));
    }
  }

  /// @param frame what stands around them, or nothing
  private void literals(List<Text> chunks, int indent, String frame) {
    out.template(frame.isEmpty() ? "" : frame.substring(0, 1));
    for (int i = 0; i < chunks.size(); i++) {
      out.template(i == 0 ? "" : "\n" + " ".repeat(indent)).append(chunks.get(i));
    }
    out.template(frame.isEmpty() ? "" : frame.substring(1));
  }

  private void bytes(Bytes bytes, Place place) {
    boolean isAlone = place.level() == 1;
    int indent = place.indent() + (isAlone ? 1 : 0);
    int allowance = place.allowance() + (isAlone ? 1 : 0);
    List<Text> chunks = new ArrayList<>();
    int last = bytes.size() / 4 * 4;
    int start = 0;
    for (int at = 0; at < bytes.size(); at += 4) {
      int end = Math.min(at + 4, bytes.size());
      int room = WIDTH - indent - (at == last ? allowance : 0);
      if (start < at && repr(bytes, start, end).codePointCount() > room) {
        chunks.add(repr(bytes, start, at));
        start = at;
      }
    }
    chunks.add(repr(bytes, start, bytes.size()));
    literals(chunks, indent, isAlone ? "()" : "");
  }

  private static Text repr(Bytes bytes, int from, int to) {
    return Printing.repr(new Bytes(bytes.units().slice(from, to)));
  }

  /// A value on one line.
  private static Text line(Value value) {
    TextBuilder out = new TextBuilder();
    line(value, out);
    return out.build();
  }

  private static void line(Value value, TextBuilder out) {
    switch (value) {
      case Dict dict -> {
        String separator = "{";
        for (Dict.Entry entry : sorted(dict)) {
          out.template(separator);
          line(entry.key(), out);
          out.template(": ");
          line(entry.value(), out);
          separator = ", ";
        }
        out.template(dict.size() == 0 ? "{}" : "}");
      }
      case Sequence row when row.kind() == Sequence.Kind.LIST -> row(row, "[", "]", out);
      case Sequence row when row.kind() == Sequence.Kind.TUPLE ->
          row(row, "(", row.items().size() == 1 ? ",)" : ")", out);
      default -> out.append(Printing.repr(value));
    }
  }

  private static void row(Sequence row, String open, String close, TextBuilder out) {
    out.template(open);
    String separator = "";
    for (Value item : row.items()) {
      out.template(separator);
      line(item, out);
      separator = ", ";
    }
    out.template(close);
  }

  private static List<Dict.Entry> sorted(Dict dict) {
    List<Dict.Entry> entries = new ArrayList<>();
    dict.entries().forEach(entries::add);
    Sorting.sort(entries, (a, b) -> order(a.key(), b.key()));
    return entries;
  }

  /// By value, and by the name of the type where values have no order.
  private static int order(Value a, Value b) {
    try {
      return Comparing.order(a, b);
    } catch (TemplateException e) {
      return Types.name(a).compareTo(Types.name(b));
    }
  }
}
