package puna.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing that leaves the program is written by the user's locale: prompts, messages and results
/// are the same bytes everywhere, and other programs read them.
///
/// So whatever formats by the default locale is given one (`Locale.ROOT`), or has a literal format
/// of conversions that never look at it: `%s`, `%c`, `%b`, `%x`, `%X`, `%o`, `%h`, `%n`. The number
/// of `%d` is `%s` there.
class LocaleTest {
  private static final Pattern CONVERSION =
      Pattern.compile("%(?:\\d+\\$)?[-#+ 0,(<]*\\d*(?:\\.\\d+)?(.)");
  private static final String SAFE_CONVERSIONS = "scbxXohn%";

  /// Methods that take the locale of the machine where they get no argument of it.
  private static final Set<String> CASES = Set.of("toLowerCase", "toUpperCase");

  private static final Set<String> FORMATS =
      Set.of(
          "NumberFormat",
          "DecimalFormat",
          "DecimalFormatSymbols",
          "DateFormat",
          "DateTimeFormatter");
  private static final Set<String> FACTORIES =
      Set.of(
          "getInstance",
          "getNumberInstance",
          "getIntegerInstance",
          "getPercentInstance",
          "getCurrencyInstance",
          "getCompactNumberInstance",
          "getDateInstance",
          "getTimeInstance",
          "getDateTimeInstance",
          "ofPattern");
  private static final Set<String> FORMATTERS =
      Set.of(
          "DecimalFormat",
          "SimpleDateFormat",
          "MessageFormat",
          "ChoiceFormat",
          "Formatter",
          "Scanner");

  @Test
  void noSourceFormatsByTheLocaleOfTheMachine() throws IOException {
    Path root = Path.of(System.getProperty("puna.test.root", ".."));
    List<Path> files = new ArrayList<>();
    for (String module :
        List.of("core", "vector", "x64", "server", "cli", "agent", "bench", "models")) {
      try (Stream<Path> all = Files.walk(root.resolve(module))) {
        all.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> file.toString().replace('\\', '/').contains("/src/main/"))
            .forEach(files::add);
      }
    }
    assertThat(files).hasSizeGreaterThan(300);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<JavaFileObject> sources = new ArrayList<>();
      manager.getJavaFileObjectsFromPaths(files).forEach(sources::add);
      assertThat(findings(sources)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"%d\".formatted(1)",
        "\"%,d\".formatted(1)",
        "(\"%s\" + \" %.1f\").formatted(1, 2.0)",
        "\"%S\".formatted(1)",
        "\"%2$e\".formatted(1, 2.0)",
        "\"%tY\".formatted(1)",
        "format.formatted(1)",
        "(\"%s\" + format).formatted(1)",
        "String.format(\"%d\", 1)",
        "String.format(format, 1)",
        "out.printf(\"%5d%n\", 1)",
        "out.format(\"%d\", 1)",
        "format.toLowerCase()",
        "format.toUpperCase()",
        "java.text.NumberFormat.getInstance()",
        "NumberFormat.getPercentInstance()",
        "DateTimeFormatter.ofPattern(\"u\")",
        "new DecimalFormat(\"0.0\")",
        "new java.util.Scanner(format)",
        "MessageFormat.format(\"{0}\", 1)",
        "new MessageFormat(\"{0}\")"
      })
  void theRuleFindsIt(String expression) throws IOException {
    assertThat(findings(List.of(source(expression)))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"%s: %c %02x%n100 %%\".formatted(1, 'a', 2)",
        "(\"%s\" + \"%5s\").formatted(1, 2)",
        "String.format(Locale.ROOT, \"%d\", 1)",
        "out.printf(Locale.ROOT, \"%d\", 1)",
        "format.toLowerCase(Locale.ROOT)",
        "NumberFormat.getInstance(Locale.ROOT)",
        "DateTimeFormatter.ofPattern(\"u\", Locale.ROOT)",
        "new DecimalFormat(\"0.0\", DecimalFormatSymbols.getInstance(Locale.ROOT))",
        "new MessageFormat(\"{0}\", Locale.ROOT)",
        "MessageDigest.getInstance(\"SHA-256\")",
        "blocks.format(tensor)"
      })
  void theRuleLeavesItAlone(String expression) throws IOException {
    assertThat(findings(List.of(source(expression)))).isEmpty();
  }

  private static JavaFileObject source(String expression) {
    String text = "class Probe { Object probe() { return %s; } }".formatted(expression);
    return new SimpleJavaFileObject(
        URI.create("string:///Probe.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  private static List<String> findings(List<JavaFileObject> sources) throws IOException {
    List<String> findings = new ArrayList<>();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler().getTask(null, null, null, null, null, sources);
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    for (CompilationUnitTree unit : task.parse()) {
      new Finder(unit, positions, findings).scan(unit, null);
    }
    return findings;
  }

  /// Looks at names alone, for sources of all modules are parsed together and nothing is resolved.
  private static final class Finder extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> findings;

    Finder(CompilationUnitTree unit, SourcePositions positions, List<String> findings) {
      this.unit = unit;
      this.positions = positions;
      this.findings = findings;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
      if (call.getMethodSelect() instanceof MemberSelectTree select && isByLocale(select, call)) {
        find(call);
      }
      return super.visitMethodInvocation(call, null);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree creation, @Nullable Void unused) {
      if (FORMATTERS.contains(simpleName(creation.getIdentifier()))
          && !mentionsLocale(creation.getArguments())) {
        find(creation);
      }
      return super.visitNewClass(creation, null);
    }

    private static boolean isByLocale(MemberSelectTree select, MethodInvocationTree call) {
      String method = select.getIdentifier().toString();
      String owner = simpleName(select.getExpression());
      List<? extends ExpressionTree> arguments = call.getArguments();
      return switch (method) {
        case "formatted" -> !isSafe(select.getExpression());
        case "printf" -> !mentionsLocale(arguments) && !isSafe(arguments.getFirst());
        case "format" -> isFormatByLocale(owner, arguments);
        default ->
            CASES.contains(method) && arguments.isEmpty()
                || FORMATS.contains(owner)
                    && FACTORIES.contains(method)
                    && !mentionsLocale(arguments);
      };
    }

    /// `format` is a name of many methods: of those that format text, and of what has a format.
    private static boolean isFormatByLocale(
        String owner, List<? extends ExpressionTree> arguments) {
      return switch (owner) {
        case "String" -> !mentionsLocale(arguments) && !isSafe(arguments.getFirst());
        case "MessageFormat" -> true;
        default ->
            !arguments.isEmpty()
                && literal(arguments.getFirst()).isPresent()
                && !isSafe(arguments.getFirst());
      };
    }

    private static boolean mentionsLocale(List<? extends ExpressionTree> arguments) {
      return arguments.stream().anyMatch(argument -> argument.toString().contains("Locale."));
    }

    private static boolean isSafe(ExpressionTree format) {
      Optional<String> literal = literal(format);
      if (literal.isEmpty()) {
        return false;
      }
      Matcher conversion = CONVERSION.matcher(literal.get());
      while (conversion.find()) {
        if (SAFE_CONVERSIONS.indexOf(conversion.group(1).charAt(0)) < 0) {
          return false;
        }
      }
      return true;
    }

    private static Optional<String> literal(Tree tree) {
      return switch (tree) {
        case ParenthesizedTree inner -> literal(inner.getExpression());
        case LiteralTree value -> Optional.of(String.valueOf(value.getValue()));
        case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS ->
            literal(sum.getLeftOperand())
                .flatMap(left -> literal(sum.getRightOperand()).map(right -> left + right));
        default -> Optional.empty();
      };
    }

    private static String simpleName(Tree tree) {
      String name = tree.toString();
      return name.substring(name.lastIndexOf('.') + 1);
    }

    private void find(Tree tree) {
      long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
      findings.add(unit.getSourceFile().getName() + ":" + line + ": " + tree);
    }
  }
}
