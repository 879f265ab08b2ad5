{{- /* Written by cdk8s/: change it there. */}}
{{- /* An image: repository:tag, or repository@digest when a digest is given; with the mirror's name before it, if there is one. */}}
{{- define "authorworks.image" -}}
{{- $image := index . 0 -}}{{- $registry := index . 1 -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default (index . 2) }}{{ end }}
{{- end }}
