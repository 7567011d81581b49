package puna.chat.template.python;

/// The escaping of HTML, which `|escape` and sums with `|safe` texts do.
public final class Html {
  private Html() {}

  public static Text escape(Text text) {
    if (text.isSafe()) {
      return text;
    }
    TextBuilder out = new TextBuilder();
    String chars = text.toString();
    int clean = 0;
    for (int at = 0; at < chars.length(); at++) {
      String entity =
          switch (chars.charAt(at)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&#34;";
            case '\'' -> "&#39;";
            default -> "";
          };
      if (!entity.isEmpty()) {
        out.append(text.slice(clean, at)).like(text.slice(at, at + 1), entity);
        clean = at + 1;
      }
    }
    return out.append(text.slice(clean, chars.length())).build().with(Text.Escaping.SAFE);
  }
}
