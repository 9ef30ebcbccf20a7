using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Templating;

namespace Flyball.Metrics.Api.Tests.Rules;

/// <summary>Templates, against what Go and Prometheus make of them.</summary>
public sealed class TemplateTests
{
    private static readonly TemplateScope Scope = new()
    {
        Labels = Labels.Of(("instance", "web1.example.org:8080"), ("job", "api server"), ("empty", "")),
        Value = 1234.5678,
        ExternalLabels = Labels.Of(("cluster", "eu")),
        ExternalUrl = "http://flyball.example.org:7070/base",
        AtUnixMs = 90_500,
        Query = text => text switch
        {
            "broken" => throw new TemplateException("no such query"),
            "none" => [],
            _ =>
            [
                new TemplateSample(Labels.Of(("__name__", "up"), ("instance", "b")), 2),
                new TemplateSample(Labels.Of(("__name__", "up"), ("instance", "a")), 1),
            ],
        },
    };

    private static readonly string[] Words =
    [
        "{{", "}}", " ", "if", "end", "$x", ".", "\"", "`", "|", "(", ")", "1", "-", "range", ":=", ",", "else",
        "humanize", "/*", "*/", "a", "$labels", "with", "query", "define", "template",
    ];

    [Theory]
    [InlineData("plain } text", "plain } text")]
    [InlineData("{{ $labels.instance }} of {{$labels.job}}", "web1.example.org:8080 of api server")]
    [InlineData("{{ .Labels.job }}{{ .Value }}", "api server1234.5678")]
    [InlineData("[{{ $labels.missing }}]", "[]")]
    [InlineData("{{ $externalLabels.cluster }} {{ $externalURL }}", "eu http://flyball.example.org:7070/base")]
    [InlineData("{{ $value | humanize }}", "1.235k")]
    [InlineData("{{ $value | printf \"%.2f\" }}", "1234.57")]
    [InlineData("{{ printf \"%d|%5d|%-4d|%04d\" 1 2 3 4 }}", "1|    2|3   |0004")]
    [InlineData("{{ printf \"%s %q %v %t %%\" \"a\" \"b\\\"\" 1.5 true }}", "a \"b\\\"\" 1.5 true %")]
    [InlineData("{{ printf \"%e %g %.3g %d\" 1234.5 1e9 2.0 \"x\" }}", "1.234500e+03 1e+09 2 %!d(string=x)")]
    [InlineData("{{ printf \"%s\" }}", "%!s(MISSING)")]
    [InlineData("a {{- 1 -}} b", "a1b")]
    [InlineData("{{/* nothing */}}x{{- /* nor this */ -}} y", "xy")]
    [InlineData("{{ \"}}\" }}{{ `{{` }}", "}}{{")]
    [InlineData("{{ if gt $value 1000.0 }}high{{ else if gt $value 10 }}middle{{ else }}low{{ end }}", "high")]
    [InlineData("{{ if eq $labels.job \"x\" \"api server\" }}yes{{ end }}", "yes")]
    [InlineData("{{ if and (lt $value 2.0) true }}a{{ else }}b{{ end }}", "b")]
    [InlineData("{{ if not $labels.empty }}none{{ end }}", "none")]
    [InlineData("{{ with query \"up\" }}{{ . | first | value }}{{ end }}", "2")]
    [InlineData("{{ with query \"none\" }}some{{ else }}none{{ end }}", "none")]
    [InlineData(
        "{{ range query \"up\" | sortByLabel \"instance\" }}{{ .Labels.instance }}={{ .Value }};{{ end }}", "a=1;b=2;")]
    [InlineData("{{ range $i, $s := query \"up\" }}{{ if $i }}, {{ end }}{{ label \"instance\" $s }}{{ end }}", "b, a")]
    [InlineData("{{ range query \"up\" }}{{ .Value }}{{ break }}{{ end }}", "2")]
    [InlineData("{{ range query \"none\" }}x{{ else }}empty{{ end }}", "empty")]
    [InlineData("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2")]
    [InlineData("{{ range $k, $v := $labels }}{{ $k }},{{ end }}", "instance,job,")]
    [InlineData("{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" $labels.job }}", "<api server>")]
    [InlineData("{{ len (query \"up\") }}{{ (index (query \"up\") 1).Value }}", "21")]
    [InlineData("{{ index $labels \"job\" }}", "api server")]
    [InlineData("{{ $labels }}", "map[instance:web1.example.org:8080 job:api server]")]
    [InlineData("{{ 0.0 | humanize }} {{ 0.0012345 | humanize }} {{ -1500000 | humanize }}", "0 1.234m -1.5M")]
    [InlineData("{{ 2048 | humanize1024 }} {{ 0.5 | humanize1024 }}", "2ki 0.5")]
    [InlineData("{{ 0.12345 | humanizePercentage }}", "12.35%")]
    [InlineData("{{ 93784.5 | humanizeDuration }} {{ 0.0123 | humanizeDuration }} {{ 61 | humanizeDuration }}",
        "1d 2h 3m 4s 12.3ms 1m 1s")]
    [InlineData(
        "{{ 12.345678 | humanizeDuration }} {{ 0 | humanizeDuration }} {{ -5 | humanizeDuration }}", "12.35s 0s -5s")]
    [InlineData("{{ 1435065584.128 | humanizeTimestamp }}", "2015-06-23 13:19:44.128 +0000 UTC")]
    [InlineData("{{ parseDuration \"1h30m\" }} {{ now }}", "5400 90.5")]
    [InlineData("{{ title \"two words\" }} {{ toUpper \"a\" }} {{ toLower \"B\" }}", "Two Words A b")]
    [InlineData("{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }}", "web1.example.org web1:8080")]
    [InlineData("{{ stripPort \"[::1]:80\" }} {{ stripDomain \"10.0.0.1:80\" }}", "::1 10.0.0.1:80")]
    [InlineData("{{ reReplaceAll \"(.*):.*\" \"$1\" $labels.instance }} {{ match \"^web\" $labels.instance }}",
        "web1.example.org true")]
    [InlineData("{{ pathPrefix }} {{ graphLink \"up > 1\" }}", "/base /graph?g0.expr=up%20%3E%201&g0.tab=0")]
    [InlineData("{{ urlquery \"a b&c\" }} {{ html \"<a>\" }}", "a+b%26c &lt;a&gt;")]
    [InlineData("{{ args 1 \"x\" }}", "map[arg0:1 arg1:x]")]
    [InlineData("{{ 1e6 }} {{ 123456789.5 }} {{ 100000.0 }}", "1e+06 1.234567895e+08 100000")]
    [InlineData("{{ query \"broken\" }}", "<error expanding template: no such query>")]
    [InlineData(
        "{{ first (query \"none\") }}", "<error expanding template: first() called on vector with no elements>")]
    [InlineData("{{ $labels.job.x }}", "<error expanding template: can't evaluate field x of a string>")]
    [InlineData("{{ $unknown }}", "<error expanding template: undefined variable \"$unknown\">")]
    public void Expand_Template_GivesWhatGoGives(string text, string expected)
    {
        Template? template = Template.TryParse(text, out string error);

        Assert.True(template is not null, error);
        Assert.Equal(expected, template.Expand(Scope, out _));
    }

    [Theory]
    [InlineData("{{ $labels.job", "unclosed action")]
    [InlineData("{{ if true }}x", "{{if}} has no {{end}}")]
    [InlineData("x{{ end }}", "unexpected {{end}}")]
    [InlineData("{{ }}", "missing value for command")]
    [InlineData("{{ nothing 1 }}", "function \"nothing\" not defined")]
    [InlineData("{{ (1 }}", "unclosed parenthesis")]
    [InlineData("{{ 1 ) }}", "unexpected \")\" in a template's action")]
    [InlineData("{{ \"a }}", "unclosed action")]
    [InlineData("{{ 1x }}", "bad number syntax: \"1x\"")]
    public void TryParse_NoTemplate_SaysWhy(string text, string expected)
    {
        Assert.Null(Template.TryParse(text, out string error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Expand_EndlessInclusion_EndsWithAnError()
    {
        Template template =
            Template.TryParse("{{ define \"t\" }}{{ template \"t\" }}{{ end }}{{ template \"t\" }}", out _)!;

        Assert.StartsWith("<error expanding template: templates include each other", template.Expand(Scope, out _),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_RandomText_NeverThrows() => Check.Sample(
        Gen.Int[0, Words.Length - 1].List[0, 20],
        picks => Template.TryParse(string.Concat(picks.Select(pick => Words[pick])), out _)?.Expand(Scope, out _),
        iter: 20_000);
}
