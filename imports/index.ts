/** Typed API objects of Kubernetes: the ones that cdk8s-plus carries, so that no generated file stands in this repository. */
export { k8s } from 'cdk8s-plus-27';
