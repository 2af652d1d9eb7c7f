package numbers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Copies the numbers that are not below a limit, and sums them up by their last digit, as the SQL job of
 * numbers.ts does. Arguments: the brokers, and the limit.
 */
public final class Numbers {
  private static final int HEADER_BYTES = 5;

  private Numbers() {}

  public static void main(String[] args) throws Exception {
    String brokers = args[0];
    long least = Long.parseLong(args[1]);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    var source =
        KafkaSource.<Long>builder()
            .setBootstrapServers(brokers)
            .setTopics("numbers")
            .setGroupId("numbers-jar")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setValueOnlyDeserializer(new AvroLong())
            .build();
    var numbers =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
            .uid("numbers")
            .filter(number -> number >= least);
    numbers
        .sinkTo(
            exactlyOnce(
                brokers,
                "copies",
                KafkaRecordSerializationSchema.<Long>builder()
                    .setTopic("copies")
                    .setValueSerializationSchema(new Copy())
                    .build()))
        .uid("copies");
    numbers
        .keyBy(number -> number % 10)
        .process(new Sum())
        .uid("sum")
        .sinkTo(
            exactlyOnce(
                brokers,
                "sums",
                KafkaRecordSerializationSchema.<Tuple3<Long, Long, Long>>builder()
                    .setTopic("sums")
                    .setKeySerializationSchema(new SumKey())
                    .setValueSerializationSchema(new SumValue())
                    .build()))
        .uid("sums");
    env.execute("numbers");
  }

  private static <T> KafkaSink<T> exactlyOnce(
      String brokers, String topic, KafkaRecordSerializationSchema<T> serializer) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(brokers)
        .setRecordSerializer(serializer)
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix("numbers-" + topic)
        .setProperty("transaction.timeout.ms", "600000")
        .build();
  }

  /** Digit, amount and total. */
  private static final class Sum extends KeyedProcessFunction<Long, Long, Tuple3<Long, Long, Long>> {
    private static final long serialVersionUID = 1;
    private transient ValueState<Tuple3<Long, Long, Long>> sum;

    @Override
    public void open(OpenContext context) {
      var descriptor =
          new ValueStateDescriptor<>("sum", TypeInformation.of(new TypeHint<Tuple3<Long, Long, Long>>() {}));
      sum = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void processElement(Long number, Context context, Collector<Tuple3<Long, Long, Long>> out)
        throws Exception {
      var before = sum.value();
      var after =
          before == null
              ? Tuple3.of(number % 10, 1L, number)
              : Tuple3.of(before.f0, before.f1 + 1, before.f2 + number);
      sum.update(after);
      out.collect(after);
    }
  }
  private static final class Copy implements SerializationSchema<Long> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] serialize(Long number) {
      return avro(number);
    }
  }

  private static final class SumKey implements SerializationSchema<Tuple3<Long, Long, Long>> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] serialize(Tuple3<Long, Long, Long> sum) {
      return avro(sum.f0);
    }
  }

  private static final class SumValue implements SerializationSchema<Tuple3<Long, Long, Long>> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] serialize(Tuple3<Long, Long, Long> sum) {
      return avro(sum.f1, sum.f2);
    }
  }

  /** Magic byte, the schema's id, which nobody here reads, and the fields of the record. */
  private static byte[] avro(long... fields) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[HEADER_BYTES]);
    for (long field : fields) {
      long rest = (field << 1) ^ (field >> 63);
      for (; (rest & ~0x7FL) != 0; rest >>>= 7) out.write((int) (rest & 0x7F | 0x80));
      out.write((int) rest);
    }
    return out.toByteArray();
  }

  private static final class AvroLong extends AbstractDeserializationSchema<Long> {
    private static final long serialVersionUID = 1;

    @Override
    public Long deserialize(byte[] message) {
      ByteBuffer in = ByteBuffer.wrap(message).position(HEADER_BYTES);
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7F) << shift;
        if (next >= 0) return (value >>> 1) ^ -(value & 1);
      }
    }
  }
}
