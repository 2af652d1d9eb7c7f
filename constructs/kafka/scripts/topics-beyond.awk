# Prints the topics that have a replica on a broker whose number is `brokers` or more, separated by `, `. Reads
# what kafka-dump-log.sh --cluster-metadata-decoder prints: one record a line, as JSON. Partitions are those of
# the last record of each; fields of PARTITION_CHANGE_RECORD are there only when they change. (Kafka,
# metadata/src/main/resources/common/metadata)
function field(name,   text) {
  if (!match($0, "\"" name "\":(\\[[^]]*\\]|\"[^\"]*\"|[-0-9]+)")) return ""
  text = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
  gsub(/[]["]/, "", text)
  return text
}
/"type":"TOPIC_RECORD"/ { names[field("topicId")] = field("name") }
/"type":"REMOVE_TOPIC_RECORD"/ { delete names[field("topicId")] }
/"type":"PARTITION(_CHANGE)?_RECORD"/ {
  if (match($0, /"replicas":/)) replicas[field("topicId") "/" field("partitionId")] = field("replicas")
}
END {
  for (partition in replicas) {
    split(partition, place, "/")
    if (!(place[1] in names)) continue
    count = split(replicas[partition], ids, ",")
    for (i = 1; i <= count; i++) if (ids[i] + 0 >= brokers) held[names[place[1]]] = 1
  }
  for (name in held) text = text (text == "" ? "" : ", ") name
  print text
}
