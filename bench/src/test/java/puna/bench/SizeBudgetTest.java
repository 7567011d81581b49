package puna.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The size budget of the house: file ≤ 400 lines, method ≤ 40 (a kernel's loop 80), ≤ 5
/// parameters. Exceptions are listed here, each with its reason; one that is no longer needed must
/// go.
class SizeBudgetTest {
  private static final int FILE_LINES = 400;
  private static final int METHOD_LINES = 40;
  private static final int KERNEL_LINES = 80;
  private static final int PARAMETERS = 5;

  /// Folders whose methods are loops of kernels.
  private static final List<String> KERNELS =
      List.of("puna/backend/cpu/", "puna/vector/", "puna/quant/", "puna/x64/attention/");

  /// Place to reason.
  private static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry(
              "puna/ArchitectureTest.java#dependenciesPointOneWay",
              "one rule: a layer a line, then who may use it"),
          Map.entry("puna/model/LlamaConfigReaderTest.java#damages", "a table of cases"),
          Map.entry(
              "puna/model/synthetic/ModelShapesTest.java#haveThePublishedNumberOfParameters",
              "a table of cases"),
          Map.entry(
              "puna/engine/BlockPoolTest.java#neverLeaksAndNeverGivesOutWhatIsHeld",
              "one random workload; its moves share the state of the walk"),
          Map.entry(
              "puna/vector/TableBlocks.java#decode",
              "the five parameters of a row decoder, and the table"),
          Map.entry(
              "puna/vector/TilesLayout.java#spread",
              "inner loop of a transposition: source, target, and their strides"),
          Map.entry(
              "puna/acceptance/page/ConversationTest.java#filesOfConversationsHaveAllBranches",
              "one conversation, step by step, as a reader has it with the page"),
          Map.entry(
              "puna/acceptance/page/FrameCost.java#report",
              "one pass over a trace: tasks and frames told apart, then set beside each other"),
          Map.entry(
              "puna/acceptance/page/ReachTest.java#theKeyboardIsEnough",
              "one walk over the page by keys alone, each from where the last one led"),
          Map.entry(
              "puna/agent/InheritedToolsTest.java#all", "a tool with a parameter of every kind"),
          Map.entry("puna/agent/McpHttpTest.java", "all that a server may answer, on one fixture"),
          Map.entry(
              "puna/agent/McpTestServer.java#begin", "a manner of misbehaving after the other"),
          Map.entry("puna/agent/McpTestServer.java#call", "a table of tools and what they do"),
          Map.entry(
              "puna/agent/ToolResultsTest.java#whatAMethodReturnsIsWritten", "a table of cases"),
          Map.entry("puna/x64/asm/VectorOp.java#<init>", "a row of the opcode table"));

  private static final Map<String, String> OVER = new TreeMap<>();

  @BeforeAll
  static void measure() throws IOException {
    Path root = Path.of(System.getProperty("puna.test.root", ".."));
    List<Path> files = new ArrayList<>();
    for (String module :
        List.of(
            "core",
            "vector",
            "x64",
            "server",
            "cli",
            "agent",
            "acceptance",
            "interleavings",
            "bench",
            "models/smollm2-135m")) {
      try (Stream<Path> all = Files.walk(root.resolve(module).resolve("src"))) {
        all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    assertThat(files).hasSizeGreaterThan(50);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Ruler(unit, positions).scan(unit, null);
      }
    }
  }

  @Test
  void everythingIsWithinTheBudgetOrListed() {
    Map<String, String> unlisted = new TreeMap<>(OVER);
    unlisted.keySet().removeAll(EXCEPTIONS.keySet());
    assertThat(unlisted).isEmpty();
  }

  @Test
  void noListedExceptionIsOutOfDate() {
    assertThat(OVER.keySet()).containsAll(EXCEPTIONS.keySet());
  }

  private static final class Ruler extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final LineMap lines;
    private final String file;

    Ruler(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
      this.lines = unit.getLineMap();
      this.file =
          unit.getSourceFile().toUri().getPath().replaceFirst(".*/src/(main|test)/java/", "");
      long length = lines(unit);
      if (length > FILE_LINES) {
        OVER.put(file, length + " lines");
      }
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      String place = file + "#" + method.getName();
      boolean kernel = KERNELS.stream().anyMatch(file::startsWith);
      long length = lines(method);
      if (length > (kernel ? KERNEL_LINES : METHOD_LINES)) {
        OVER.put(place, length + " lines");
      }
      boolean recordConstructor =
          owner.getKind() == Tree.Kind.RECORD && method.getName().contentEquals("<init>");
      if (!recordConstructor && method.getParameters().size() > PARAMETERS) {
        OVER.put(place, method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, null);
    }

    /// Lines from the first to the last character; a method's doc comment does not count.
    private long lines(Tree tree) {
      long end = positions.getEndPosition(unit, tree);
      return lines.getLineNumber(end)
          - lines.getLineNumber(positions.getStartPosition(unit, tree))
          + 1;
    }
  }
}
