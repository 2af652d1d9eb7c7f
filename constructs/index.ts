/** Constructs for Kafka, Schema Registry and Flink on Kubernetes, and what they share. */
export * from './kafka';
export type { ExistingKafkaOptions, IKafka } from './kafka/link';
export type { KafkaListener, ResolvedListener } from './kafka/listeners';
export type { ITopic, ResolvedTopic, TopicDeclaration } from './kafka/topic';
export type { KafkaControllersProps, KafkaProps } from './kafka/props';
export type { SecretFiles } from './common/secret-files';
export type { KafkaVoter } from './config/kafka';
export type { KafkaProtocol } from './config/kafka-listeners';
export { KafkaControllers } from './kafka/controllers';
export * from './zookeeper';
export * from './kafka-rest';
export * from './kafka-topics';
export * from './kafka-ui';
export * from './landoop-schema-ui';
export * from './landoop-topics-ui';
export * from './schema-registry';
export * from './schema-registry/link';
export { COMPATIBILITY_LEVELS, type CompatibilityLevel } from './config/registry';

export * from './avro-schemas';
export * from './avro-table';
export type { AvroDeclaration, AvroField, AvroSchema } from '../avro/declaration';
export { parseAvroSchema } from '../avro/schema';
export * from './flink-jar-job';
export * from './flink-session-cluster';
export * from './flink-sql-job';
export { FlinkApplication, type FlinkApplicationOptions } from './flink/application';
export { FLINK_CONNECTORS, type FlinkConnector } from './flink/connectors';
export type { SavepointPolicy } from './flink/job';
export { JobManager, type JobManagerOptions } from './flink/job-manager';
export { SessionSubmission, type SubmissionOptions } from './flink/session-job';
export { SqlClient, type SqlClientOptions } from './flink/sql-client';
export type { FlinkPodOptions } from './flink/process';
export { FlinkStorage, type AccessMode, type ResolvedFlinkStorage, type S3Options } from './flink/storage';
export {
  TaskManager,
  type Autoscaling,
  type LocalStorage,
  type TaskManagerOptions,
} from './flink/task-manager';
export type { JobManagerMemory, MemoryShare, TaskManagerMemory } from './flink/memory';
export * from './strain-ingest';
export * from './strain-producer';
export { IngestSource } from './strain/ingest-source';
export type { RowLinks } from './strain/pod';
export type { AvroTableSettings, TableStartup, Watermark } from './sql/table-config';

export { Cpu } from 'cdk8s-plus-27';
export { Access, type GatewayOptions, type IngressOptions, type LoadBalancerOptions } from './common/access';
export { DefaultDeny } from './common/default-deny';
export { externalEndpoint, kubernetesApi, type ExternalEndpoint, type HostAndPort } from './common/endpoint';
export { CONFIG_HASH } from './common/hash';
export { HttpService, type HttpServiceProps } from './common/http-service';
export { IMAGES } from './common/images';
export { JvmHttpService, type JvmHttpServiceProps } from './common/jvm-http-service';
export { objectLabels } from './common/labels';
export { NAMES } from './common/names';
export type { ContainerOptions } from './common/container';
export { secretKey, type Environment } from './common/environment';
export type { S3Access } from './common/s3';
export { patch, type PatchTarget } from './common/patch';
export type { PodOptions, ServiceAccountOptions } from './common/pod-options';
export type { PodPlacement } from './common/pod-placement';
export type { Resources } from './common/resources';
export { configureStack, stackSettings, type StackSettings } from './common/settings';
export { Storage, type ClaimStorage, type EmptyDirStorage, type HostPathStorage } from './common/storage';
export {
  networkEdges,
  workloads,
  Workload,
  type Endpoint,
  type NetworkEdge,
  type PodEndpoint,
  type PortRange,
  type WorkloadProps,
} from './common/workload';
