import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Prints the options of the Kafka on the class path as JSON, as its own definitions (ConfigDef) give them.
 * Reflection finds the classes by name, because Kafka 3 and Kafka 4 keep them in different places.
 */
public class KafkaOptions {
  public static void main(String[] args) throws Exception {
    Map<String, Object> lists = new LinkedHashMap<>();
    lists.put("version", AppInfoParser.getVersion());
    lists.put("topic", options(topicDef()));
    Map<String, Object> broker = options(brokerDef());
    // Not in the definition: the authorizer and the metrics reporter of Kafka read these keys themselves.
    addConstants(broker, "org.apache.kafka.metadata.authorizer.StandardAuthorizer", "_CONFIG");
    addConstants(broker, "org.apache.kafka.common.metrics.JmxReporter", "CLUDE_CONFIG");
    lists.put("broker", broker);
    new ObjectMapper().writeValue(System.out, lists);
  }

  private static ConfigDef topicDef() throws Exception {
    return (ConfigDef) Class.forName("org.apache.kafka.storage.internals.log.LogConfig").getMethod("configDefCopy").invoke(null);
  }

  private static ConfigDef brokerDef() throws Exception {
    try {
      return (ConfigDef) Class.forName("org.apache.kafka.server.config.AbstractKafkaConfig").getField("CONFIG_DEF").get(null);
    } catch (ReflectiveOperationException kafka3) {
      return (ConfigDef) Class.forName("kafka.server.KafkaConfig").getMethod("configDef").invoke(null);
    }
  }

  private static Map<String, Object> options(ConfigDef definition) throws Exception {
    Map<String, Object> options = new TreeMap<>();
    for (ConfigDef.ConfigKey key : definition.configKeys().values()) options.put(key.name, option(key));
    return options;
  }

  private static Map<String, Object> option(ConfigDef.ConfigKey key) throws Exception {
    Map<String, Object> option = new LinkedHashMap<>();
    option.put("type", key.type.name().toLowerCase());
    Object validator = key.validator;
    if (validator == null) return option;
    switch (validator.getClass().getSimpleName()) {
      case "Range" -> {
        put(option, "min", field(validator, "min"));
        put(option, "max", field(validator, "max"));
      }
      case "ValidString", "CaseInsensitiveValidString" -> put(option, "values", sorted(field(validator, "validStrings")));
      case "ValidList" -> put(option, "values", sorted(field(field(validator, "validString"), "validStrings")));
      default -> { }
    }
    if (validator.getClass().getSimpleName().startsWith("CaseInsensitive")) option.put("anyCase", true);
    return option;
  }

  private static void put(Map<String, Object> option, String name, Object value) {
    if (value != null) option.put(name, value);
  }

  private static Object field(Object owner, String name) throws Exception {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  private static List<String> sorted(Object values) {
    TreeSet<String> texts = new TreeSet<>();
    for (Object value : (Collection<?>) values) if (value != null) texts.add(value.toString());
    return texts.isEmpty() ? null : new ArrayList<>(texts);
  }

  private static void addConstants(Map<String, Object> options, String className, String ending) throws Exception {
    for (Field field : Class.forName(className).getDeclaredFields()) {
      if (!field.getName().endsWith(ending) || field.getType() != String.class) continue;
      field.setAccessible(true);
      options.putIfAbsent((String) field.get(null), new LinkedHashMap<>(Map.of("type", "string")));
    }
  }
}
