/** A session cluster in an empty chart. */
import { parse } from 'yaml';
import {
  FlinkSessionCluster,
  type FlinkSessionClusterProps,
  type StackSettings,
} from '../../../constructs/index';
import { workloads, type PodSpec } from '../../rules/model';
import { newChart, objectOf, synth } from '../support';

export function make(props: FlinkSessionClusterProps = {}, settings: StackSettings = {}) {
  const chart = newChart(settings);
  const flink = new FlinkSessionCluster(chart, 'flink', props);
  const objects = synth(chart);
  const pod = (name: string): PodSpec => {
    const found = workloads(objects).find(({ object }) => object.metadata.name === name);
    if (!found) throw new Error(`no workload ${name}`);
    return found.pod;
  };
  const config = (part: string) =>
    parse(objectOf(chart, 'ConfigMap', `flink-${part}-config`).data?.['config.yaml'] ?? '') as Record<
      string,
      unknown
    >;
  return { chart, flink, objects, pod, config };
}
