// Writes the rules of prometheus/rules as the manifest that the Prometheus operator reads. Run it after a change of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

const groups = ['recording', 'alerts'].map((name) => {
  const rules = readFileSync(join(folder, 'prometheus', 'rules', `${name}.yml`), 'utf8');
  return rules.slice(rules.indexOf('\n', rules.indexOf('groups:')) + 1);
});

const manifest = `# Made by observability/build-prometheus-rule.mjs from observability/prometheus/rules. Change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: floodgate
  labels:
    release: kube-prometheus-stack
spec:
  groups:
${groups.join('\n').replaceAll(/^(?=.)/gm, '  ')}`;

writeFileSync(join(folder, '..', 'k8s', 'components', 'monitoring', 'prometheus-rule.yaml'), manifest);
