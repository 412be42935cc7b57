import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { isEmbedded } from './lib/frame';

const target = document.getElementById('app');
if (target) {
  if (isEmbedded(location.search)) {
    void import('./Embed.svelte').then(({ default: Embed }) => mount(Embed, { target }));
  } else {
    mount(App, { target });
  }
}
