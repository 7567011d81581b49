package puna.vector;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import puna.backend.cpu.KernelProvider;

/// The vector tier at a width of our choice: its classes are loaded once more by a loader of their
/// own while the property that caps the width is set.
final class VectorWidth {
  private static final String PROPERTY = "puna.vector.bits";

  private VectorWidth() {}

  static KernelProvider kernels(int bits) {
    System.setProperty(PROPERTY, Integer.toString(bits));
    try {
      KernelProvider kernels =
          (KernelProvider)
              new OwnVectorClasses()
                  .loadClass(VectorKernels.class.getName())
                  .getConstructor()
                  .newInstance();
      // The width is fixed when the classes are initialized.
      kernels.description();
      return kernels;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    } finally {
      System.clearProperty(PROPERTY);
    }
  }

  private static final class OwnVectorClasses extends URLClassLoader {
    OwnVectorClasses() {
      super(classPath(), VectorWidth.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(VectorKernels.class.getPackageName() + ".")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }

    private static URL[] classPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(OwnVectorClasses::url)
          .toArray(URL[]::new);
    }

    private static URL url(String entry) {
      try {
        return Path.of(entry).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new AssertionError(e);
      }
    }
  }
}
