/** The page inside a file: the run stands in the file, and there is no server. */
import './styles/base.css';
import { mount } from 'svelte';
import { openedIn } from './lib/recorded';
import type { Recording } from './lib/wire';
import Offline from './Offline.svelte';

const target = document.getElementById('app');
const record = document.getElementById('run');
if (target && record) {
  const recording = JSON.parse(record.textContent) as Recording;
  openedIn(recording).then(
    (opened) =>
      mount(Offline, { target, props: { opened, shipped: recording.shipped, link: recording.link } }),
    () => (target.textContent = 'This file is damaged: the run in it cannot be read. Export it again.'),
  );
}
