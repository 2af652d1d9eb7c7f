import { parseExact, rootCause } from '../../sql/gateway';

describe('rootCause', () => {
  test('is the message of the innermost exception', () => {
    const trace = `<Exception on server side:
org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.
\tat org.apache.flink.table.gateway.service.SqlGatewayServiceImpl.fetchResults(SqlGatewayServiceImpl.java:231)
Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed. From line 1, column 15 to line 1, column 19: Object 'nowhere' not found
\tat org.apache.flink.table.planner.calcite.FlinkPlannerImpl.validate(FlinkPlannerImpl.scala:1)
Caused by: org.apache.calcite.runtime.CalciteContextException: From line 1, column 15 to line 1, column 19: Object 'nowhere' not found
\t... 22 more
Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Object 'nowhere' not found
\tat java.base/jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0(Native Method)

End of exception on server side>`;
    expect(rootCause(trace)).toBe("Object 'nowhere' not found");
  });

  test('is the class of an exception that has no message', () => {
    expect(
      rootCause(
        'java.lang.IllegalStateException: outer\n\tat a.B.c(B.java:1)\nCaused by: java.lang.NullPointerException\n\tat a.B.d(B.java:2)',
      ),
    ).toBe('java.lang.NullPointerException');
  });

  test('joins a message of several lines', () => {
    expect(
      rootCause(
        'Caused by: org.apache.flink.sql.parser.impl.ParseException: Encountered "FORM" at line 1.\nWas expecting one of:\n    "FROM"\n\tat x.Y.z(Y.java:3)',
      ),
    ).toBe('Encountered "FORM" at line 1. Was expecting one of: "FROM"');
  });

  test('is the first line of a text that is not a stack trace', () => {
    expect(rootCause('Session does not exist.\nsecond line')).toBe('Session does not exist.');
  });
});

test.each([
  ['[9007199254740993]', [9007199254740993n]],
  ['[-9007199254740993]', [-9007199254740993n]],
  ['[1, 9007199254740991]', [1, 9007199254740991]],
  ['{"a":"9007199254740993"}', { a: '9007199254740993' }],
  ['[0.01825323318900000123]', [0.018253233189]],
  ['[-47.103710508670001234567, 1.2345678901234567E-5]', [-47.10371050867, Number('1.2345678901234567E-5')]],
])(
  'of %s a whole number that a double cannot hold stays exact, and nothing else changes',
  (text, expected) => {
    expect(parseExact(text)).toEqual(expected);
  },
);
