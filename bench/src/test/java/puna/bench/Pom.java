package puna.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// A module's `pom.xml` as it is written: nothing inherited, no property filled in.
record Pom(Element project) {
  static Pom read(Path file) throws IOException {
    try {
      return new Pom(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getDocumentElement());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /// The text of the first element at a path such as `scm/url`, or nothing.
  String text(String path) {
    List<String> found = all(path);
    return found.isEmpty() ? "" : found.getFirst();
  }

  boolean has(String path) {
    return !all(path).isEmpty();
  }

  /// The texts of all elements at a path, white space between elements taken away.
  List<String> all(String path) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = elements(path);
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip().replaceAll("\\s*\\n\\s*", " "));
    }
    return texts;
  }

  /// An attribute of the element at a path, of the project itself where the path is empty.
  String attribute(String path, String name) {
    Element element = path.isEmpty() ? project : (Element) elements(path).item(0);
    return element == null ? "" : element.getAttribute(name);
  }

  private NodeList elements(String path) {
    try {
      return (NodeList)
          XPathFactory.newInstance().newXPath().evaluate(path, project, XPathConstants.NODESET);
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  /// The artifact's name.
  @Override
  public String toString() {
    return text("artifactId");
  }
}
