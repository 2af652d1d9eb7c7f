/**
 * Typed API objects of Kubernetes, taken from cdk8s-plus so that this repository needs no generated files.
 */
export { k8s } from 'cdk8s-plus-27';
