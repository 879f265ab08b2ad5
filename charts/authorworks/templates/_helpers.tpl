{{- /* Written by cdk8s/: change it there. */}}
{{- /* An image: repository:tag, or repository@digest when a digest is given; with the mirror's name before it, if there is one. */}}
{{- define "authorworks.image" -}}
{{- $image := index . 0 -}}{{- $registry := index . 1 -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default (index . 2) }}{{ end }}
{{- end }}
{{- /* The port of an address: its own, or that of its scheme. */}}
{{- define "authorworks.port" -}}
{{- $url := urlParse . -}}
{{- $ofScheme := dict "http" "80" "https" "443" "smtp" "25" "submission" "587" "submissions" "465" -}}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (get $ofScheme $url.scheme) }}
{{- end }}
{{- /* Ports, as network policies want them. */}}
{{- define "authorworks.ports" -}}
{{- range . }}
- port: {{ int64 . }}
  protocol: TCP
{{- end }}
{{- end }}
