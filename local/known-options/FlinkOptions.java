import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.docs.Documentation;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Prints the options of the Flink on the class path as JSON: every constant of type ConfigOption in Flink's
 * jars, and the options of the table connectors and formats as their factories give them. Arguments: the
 * Flink jars to read.
 */
public class FlinkOptions {
  private static final Pattern CONNECTORS_AND_FORMATS = Pattern.compile("^flink-(sql-connector|sql-avro|connector|csv|json|file-sink)");

  private final Map<String, Object> options = new TreeMap<>();
  private final Map<String, String> renamed = new TreeMap<>();
  private final Set<String> families = new TreeSet<>();
  private final Set<String> unreadable = new TreeSet<>();

  public static void main(String[] args) throws Exception {
    FlinkOptions lists = new FlinkOptions();
    List<Path> jars = new ArrayList<>();
    for (String jar : args) jars.add(Path.of(jar));
    jars.addAll(nested(jars));
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) urls[i] = jars.get(i).toUri().toURL();
    ClassLoader loader = new URLClassLoader(urls, FlinkOptions.class.getClassLoader());
    for (Path jar : jars) {
      if (!CONNECTORS_AND_FORMATS.matcher(jar.getFileName().toString()).find()) lists.readJar(jar, loader);
    }
    lists.renamed.keySet().removeAll(lists.options.keySet());

    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", version(jars, "flink-core"));
    all.put("options", lists.options);
    all.put("renamed", lists.renamed);
    all.put("families", lists.families);
    try {
      all.putAll(TableOptions.read(loader));
      all.put("kafkaConnectorVersion", version(jars, "flink-sql-connector-kafka"));
    } catch (ClassNotFoundException noTables) {
      // The jars of the earlier Flink have no connectors.
    }
    if (!lists.unreadable.isEmpty()) {
      System.err.println("classes with options that could not be loaded:\n  " + String.join("\n  ", lists.unreadable));
      System.exit(1);
    }
    new ObjectMapper().writeValue(System.out, all);
  }

  /** The planner's jar is inside the jar of its loader. */
  private static List<Path> nested(List<Path> jars) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        for (var entry : (Iterable<java.util.jar.JarEntry>) file.stream().filter(e -> e.getName().endsWith(".jar"))::iterator) {
          Path copy = Files.createTempFile("nested", ".jar");
          copy.toFile().deleteOnExit();
          try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
          }
          found.add(copy);
        }
      }
    }
    return found;
  }

  private static String version(List<Path> jars, String artifact) {
    Pattern pattern = Pattern.compile(artifact + "-(\\d.*)\\.jar");
    for (Path jar : jars) {
      Matcher name = pattern.matcher(jar.getFileName().toString());
      if (name.matches()) return name.group(1);
    }
    throw new IllegalStateException("no jar of " + artifact + " among the arguments");
  }

  private void readJar(Path jar, ClassLoader loader) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String name : (Iterable<String>) file.stream().map(entry -> entry.getName())::iterator) {
        if (!name.startsWith("org/apache/flink/") || !name.endsWith(".class") || name.contains("/shaded/")) continue;
        readClass(name.substring(0, name.length() - ".class".length()).replace('/', '.'), loader);
      }
    }
  }

  private void readClass(String name, ClassLoader loader) {
    // Their options belong to a table, a lookup or a catalog, not to the configuration.
    if (name.matches("org\\.apache\\.flink\\.(connector|formats|table\\.(factories|connector|catalog))\\..*")) return;
    Field[] fields;
    try {
      fields = Class.forName(name, false, loader).getDeclaredFields();
    } catch (LinkageError | ClassNotFoundException optionalDependency) {
      if (name.endsWith("Options")) unreadable.add(name + ": " + optionalDependency);
      return;
    }
    for (Field field : fields) {
      if (field.getType() != ConfigOption.class || !Modifier.isStatic(field.getModifiers())) continue;
      try {
        field.setAccessible(true);
        add(field, (ConfigOption<?>) field.get(null));
      } catch (LinkageError | ReflectiveOperationException error) {
        unreadable.add(name + "." + field.getName() + ": " + error);
      }
    }
  }

  private void add(Field field, ConfigOption<?> option) throws ReflectiveOperationException {
    if (option == null) return;
    Documentation.SuffixOption suffix = field.getAnnotation(Documentation.SuffixOption.class);
    // Belongs to a family, as metrics.reporter.<name>.factory.class does.
    if (suffix != null) addFamily(suffix.value() + ".");
    else if (option.key().contains("<")) addFamily(option.key());
    else if (!option.key().matches("(\\$|__|internal\\.).*")) addOption(field, option);
  }

  /** The beginning of its keys, which ends with a dot: `metrics.reporter.` of `metrics.reporter.<name>.`. */
  private void addFamily(String pattern) {
    families.add(pattern.replaceAll("<.*", "").replaceAll("\\.+$", "") + ".");
  }

  private void addOption(Field field, ConfigOption<?> option) throws ReflectiveOperationException {
    // Keys without a dot outside of the configuration's own classes are those of operators.
    boolean ofConfiguration = field.getDeclaringClass().getPackageName().equals("org.apache.flink.configuration");
    if (!option.key().contains(".") && !ofConfiguration) return;
    Map<String, Object> described = describe(option);
    options.putIfAbsent(option.key(), described);
    if (described.get("type").equals("map")) families.add(option.key() + ".");
    for (FallbackKey fallback : option.fallbackKeys()) {
      if (fallback.isDeprecated()) renamed.put(fallback.getKey(), option.key());
    }
  }

  static Map<String, Object> describe(ConfigOption<?> option) throws ReflectiveOperationException {
    Class<?> type = (Class<?>) read(option, "clazz");
    boolean isList = (boolean) read(option, "isList");
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("type", isList ? "list" : typeName(type));
    if (!isList && type.isEnum()) {
      TreeSet<String> values = new TreeSet<>();
      for (Object constant : type.getEnumConstants()) values.add(constant.toString());
      described.put("values", values);
      described.put("anyCase", true);
    }
    return described;
  }

  private static Object read(ConfigOption<?> option, String name) throws ReflectiveOperationException {
    Field field = ConfigOption.class.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(option);
  }

  private static String typeName(Class<?> type) {
    if (type == Integer.class) return "int";
    if (type == MemorySize.class) return "memory";
    if (type == Duration.class || type == Long.class || type == Double.class || type == Float.class || type == Boolean.class) {
      return type.getSimpleName().toLowerCase();
    }
    return Map.class.isAssignableFrom(type) ? "map" : "string";
  }
}

/** Options of the table connectors and formats, by the factories that Flink finds them with. */
class TableOptions {
  static Map<String, Object> read(ClassLoader loader) throws Exception {
    Class<?> factoryType = Class.forName("org.apache.flink.table.factories.Factory", true, loader);
    Class<?> tableFactory = Class.forName("org.apache.flink.table.factories.DynamicTableFactory", true, loader);
    Class<?> formatFactory = Class.forName("org.apache.flink.table.factories.FormatFactory", true, loader);
    Map<String, Object> connectors = new TreeMap<>();
    Map<String, Object> formats = new TreeMap<>();
    for (Object factory : ServiceLoader.load(factoryType, loader)) {
      String name = (String) factoryType.getMethod("factoryIdentifier").invoke(factory);
      if (formatFactory.isInstance(factory)) formats.put(name, options(factoryType, factory));
      else if (tableFactory.isInstance(factory)) connectors.put(name, options(factoryType, factory));
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("everyTable", constants(Class.forName("org.apache.flink.table.factories.FactoryUtil", true, loader)));
    all.put("connectors", connectors);
    all.put("formats", formats);
    all.put("kafkaClients", clientOptions(loader));
    return all;
  }

  private static Map<String, Object> constants(Class<?> owner) throws Exception {
    Map<String, Object> options = new TreeMap<>();
    for (Field field : owner.getFields()) {
      if (field.getType() != ConfigOption.class) continue;
      ConfigOption<?> option = (ConfigOption<?>) field.get(null);
      options.put(option.key(), FlinkOptions.describe(option));
    }
    return options;
  }

  /**
   * The options that `properties.*` of a Kafka table passes on. The connector has its own copy of Kafka's
   * clients, in another package.
   */
  private static Map<String, Object> clientOptions(ClassLoader loader) throws Exception {
    Map<String, Object> options = new TreeMap<>();
    for (String client : List.of("consumer.ConsumerConfig", "producer.ProducerConfig", "admin.AdminClientConfig")) {
      Class<?> config = Class.forName("org.apache.flink.kafka.shaded.org.apache.kafka.clients." + client, true, loader);
      Object definition = config.getMethod("configDef").invoke(null);
      Map<?, ?> keys = (Map<?, ?>) definition.getClass().getMethod("configKeys").invoke(definition);
      for (var key : keys.entrySet()) {
        Object type = key.getValue().getClass().getField("type").get(key.getValue());
        options.put((String) key.getKey(), Map.of("type", type.toString().toLowerCase()));
      }
    }
    return options;
  }

  private static Map<String, Object> options(Class<?> factoryType, Object factory) throws Exception {
    Map<String, Object> options = new TreeMap<>();
    for (String method : List.of("requiredOptions", "optionalOptions")) {
      for (Object option : (Set<?>) factoryType.getMethod(method).invoke(factory)) {
        options.put(((ConfigOption<?>) option).key(), FlinkOptions.describe((ConfigOption<?>) option));
      }
    }
    return options;
  }
}
