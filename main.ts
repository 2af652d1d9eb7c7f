/**
 * Synthesizes one manifest for each profile: `dist/dev.k8s.yaml`, `dist/dev-jobs.k8s.yaml` and so on. PROFILE
 * selects some of them; IMAGE_REGISTRY is the registry that all images are pulled from.
 */
import { App } from 'cdk8s';
import { chosenProfiles } from './charts/index';

const { PROFILE, IMAGE_REGISTRY } = process.env;
const app = new App();
for (const [name, Chart] of chosenProfiles(PROFILE)) new Chart(app, name, { imageRegistry: IMAGE_REGISTRY });
app.synth();
