package puna.cli;

import java.io.PrintStream;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import puna.cli.command.Text;

/// Writes warnings and errors, each as one line; what is less than a warning is nobody's concern
/// here.
///
/// @param before is put before each line, to take a line of progress away
record LineLogger(String name, String before, PrintStream err) implements System.Logger {
  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean isLoggable(Level level) {
    return level == Level.WARNING || level == Level.ERROR;
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (isLoggable(level)) {
      print(level, thrown == null ? String.valueOf(message) : message + ": " + thrown);
    }
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {
    if (isLoggable(level)) {
      String text = String.valueOf(format);
      boolean isFormat = parameters != null && parameters.length > 0;
      print(level, isFormat ? new MessageFormat(text, Locale.ROOT).format(parameters) : text);
    }
  }

  private void print(Level level, String message) {
    String grade = level == Level.WARNING ? "warning" : "error";
    String line = Text.escaped(message.replaceAll("[\\p{Cntrl}\\s]+", " "));
    err.println("%spuna: %s: %s".formatted(before, grade, line));
  }
}
