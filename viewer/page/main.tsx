import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/controls.css';
import './style/stations.css';
import './style/traces.css';
import './style/panels.css';
import './spectrogram-view.css';
import './day-view.css';

import { render } from 'preact';

import { App } from './app';

render(<App />, document.getElementById('page')!);
