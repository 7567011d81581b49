package puna.cli.command;

import java.util.ArrayList;
import java.util.List;

/// Rows of cells in aligned columns.
public final class Table {
  private static final String GAP = "  ";

  private final Align[] aligns;
  private final List<String[]> rows = new ArrayList<>();

  /// Where a column's cells stand.
  public enum Align {
    LEFT,
    RIGHT
  }

  public Table(Align... aligns) {
    this.aligns = aligns.clone();
  }

  public Table row(String... cells) {
    rows.add(cells.clone());
    return this;
  }

  /// The rows, one a line, each behind `indent`.
  public String render(String indent) {
    int[] widths = new int[aligns.length];
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], width(row[column]));
      }
    }
    StringBuilder out = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int column = 0; column < row.length; column++) {
        String padding = " ".repeat(widths[column] - width(row[column]));
        String gap = column == 0 ? "" : GAP;
        line.append(gap);
        line.append(aligns[column] == Align.LEFT ? row[column] + padding : padding + row[column]);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
