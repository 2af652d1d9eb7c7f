import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.type.TypeReference;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainFormat;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentInternal;
import org.apache.flink.table.operations.ModifyOperation;
import org.apache.flink.table.operations.Operation;
import org.apache.flink.table.operations.QueryOperation;
import org.apache.flink.table.operations.StatementSetOperation;
import org.apache.flink.table.operations.command.SetOperation;
import org.apache.flink.table.operations.ddl.AlterOperation;
import org.apache.flink.table.operations.ddl.CreateOperation;

/**
 * Parses, validates and plans SQL scripts by Flink's own planner. Nothing runs and nothing is connected to. Standard input is JSON, a list
 * of scripts, each a list of statements; standard output is JSON, for each script null or its first wrong statement with the error.
 */
public class CheckSql {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<List<String>> scripts = json.readValue(System.in, new TypeReference<>() {});
    List<Object> found = new ArrayList<>();
    for (List<String> statements : scripts) found.add(check(statements));
    json.writeValue(System.out, found);
  }

  private static Map<String, Object> check(List<String> statements) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    for (int i = 0; i < statements.size(); i++) {
      try {
        check((TableEnvironmentInternal) tables, statements.get(i));
      } catch (Exception | LinkageError error) {
        Map<String, Object> wrong = new LinkedHashMap<>();
        wrong.put("statement", i);
        wrong.put("messages", messages(error));
        return wrong;
      }
    }
    return null;
  }

  private static void check(TableEnvironmentInternal tables, String statement) {
    Operation operation = tables.getParser().parse(statement).get(0);
    if (operation instanceof SetOperation set) {
      set.getKey().ifPresent(key -> tables.getConfig().set(key, set.getValue().orElse("")));
    } else if (operation instanceof StatementSetOperation set) {
      tables.explainInternal(new ArrayList<>(set.getOperations()), ExplainFormat.TEXT);
    } else if (operation instanceof ModifyOperation || operation instanceof QueryOperation) {
      tables.explainInternal(List.of(operation), ExplainFormat.TEXT);
    } else if (operation instanceof CreateOperation || operation instanceof AlterOperation) {
      // The catalog is in memory. What follows needs the tables, views and functions.
      tables.executeInternal(operation);
    }
  }

  private static List<String> messages(Throwable error) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = error; cause != null && messages.size() < 10; cause = cause.getCause()) {
      messages.add(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }
    return messages;
  }
}
