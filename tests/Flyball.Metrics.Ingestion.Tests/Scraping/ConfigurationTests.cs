using CsCheck;
using Flyball.Contracts.Yaml;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Discovery;
using Flyball.Metrics.Scraping.Targets;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

public sealed class ConfigurationTests
{
    private const string Whole =
        """
        global:
          scrape_interval: 20s
          scrape_timeout: 5s
          evaluation_interval: 1m
        rule_files: [a.yml]
        scrape_configs:
          - job_name: node
            scrape_interval: 30s
            scheme: https
            metrics_path: /m
            honor_labels: true
            sample_limit: 10
            body_size_limit: 2MB
            params: { a: [b, c] }
            basic_auth: { username: me, password: hush }
            tls_config: { insecure_skip_verify: true, server_name: x }
            static_configs:
              - targets: ["one:1", "two:2"]
                labels: { zone: a }
            file_sd_configs: [{ files: ["*.json"] }]
            http_sd_configs: [{ url: "http://sd/targets", refresh_interval: 1m }]
            dns_sd_configs: [{ names: [a.b], type: A, port: 9 }]
            consul_sd_configs: [{ server: "localhost:8500", services: [web], tags: [x] }]
            relabel_configs:
              - source_labels: [__address__]
                regex: two.*
                action: drop
              - target_label: cluster
                replacement: c1
          - job_name: short
            scrape_interval: 2s
        """;

    [Fact]
    public void TryRead_WholeFile_GivesJobsAndWarnings()
    {
        var problems = new YamlProblems("prometheus.yml");
        ScrapeConfiguration? read = ScrapeConfigurationReader.TryRead(Whole, "/etc", problems);
        Assert.False(problems.Any, problems.ToString());
        Assert.Equal(["node", "short"], read!.Jobs.Select(job => job.Name));
        ScrapeJob job = read.Jobs[0];
        Assert.Equal((30, 5, "https", "/m", true), (job.Interval.TotalSeconds, job.Timeout.TotalSeconds, job.Scheme,
            job.MetricsPath, job.HonorsLabels));
        Assert.Equal((10, 2L << 20), (job.Limits.Samples, job.Limits.BodyBytes));
        Assert.Equal(5, job.Sources.Count);
        Assert.Equal(2, job.TargetRules.Count);
        Assert.True(job.Http.Tls.SkipsVerification);
        // A timeout longer than the job's own interval would be none: the interval takes its place.
        Assert.Equal(2, read.Jobs[1].Timeout.TotalSeconds);
        Assert.Contains(read.Warnings, warning => warning.Contains("rule_files has no effect here: set metrics-rule"));
        Assert.Contains(read.Warnings, warning => warning.Contains("evaluation_interval"));
        Assert.DoesNotContain("hush", read.Shown);
        Assert.Contains("password: <secret>", read.Shown);
        Assert.NotNull(YamlTree.TryRead(read.Shown.Replace("<secret>", "x"), new YamlProblems("shown")));
    }

    [Theory]
    [InlineData("scrape_configs: [{job_name: a, scrape_intervall: 1s}]",
        "t.yml:1:32: there is no key scrape_intervall here; did you mean scrape_interval?")]
    [InlineData("scrape_konfigs: []",
        "t.yml:1:1: there is no key scrape_konfigs here; did you mean scrape_configs?")]
    [InlineData("scrape_configs: [{}]", "t.yml:1:18: job_name is missing")]
    [InlineData("scrape_configs: [{job_name: a, scrape_interval: soon}]",
        "t.yml:1:32: scrape_interval takes a duration such as 30s or 5m, not soon")]
    [InlineData("scrape_configs: [{job_name: a, scrape_timeout: 2m}]",
        "t.yml:1:32: scrape_timeout is longer than scrape_interval")]
    [InlineData("scrape_configs: [{job_name: a, relabel_configs: [{action: dorp}]}]",
        "t.yml:1:51: action is none of relabelling's; did you mean drop?")]
    [InlineData("scrape_configs: [{job_name: a, relabel_configs: [{action: replace}]}]",
        "t.yml:1:50: replace needs a target_label")]
    [InlineData("scrape_configs: [{job_name: a, relabel_configs: [{regex: '('}]}]", "regex is not valid")]
    [InlineData("scrape_configs: [{job_name: a}, {job_name: a}]", "t.yml:1:1: there are 2 jobs named a")]
    [InlineData("scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]",
        "kubernetes_sd_configs is not supported")]
    [InlineData("scrape_configs: [{job_name: a, honor_labels: perhaps}]", "honor_labels takes true or false")]
    [InlineData("scrape_configs: [{job_name: a, sample_limit: -1}]", "sample_limit takes a whole number, not -1")]
    [InlineData("scrape_configs: [{job_name: a, scrape_protocols: [Fast]}]", "scrape_protocols knows no Fast")]
    [InlineData("scrape_configs: [{job_name: a, scheme: ftp}]", "scheme takes http or https")]
    [InlineData("scrape_configs: [{job_name: a, file_sd_configs: [{files: [x.txt]}]}]", "end in .json, .yml or .yaml")]
    [InlineData("scrape_configs: {a: b}", "scrape_configs takes a list")]
    [InlineData("a: [1,\nb: 2", "this is no valid YAML")]
    [InlineData("a: 1\na: 2", "t.yml:2:1: the key a is given twice")]
    public void TryRead_WhatIsWrong_IsNamedWithItsPlace(string yaml, string expected)
    {
        var problems = new YamlProblems("t.yml");
        Assert.Null(ScrapeConfigurationReader.TryRead(yaml, "/", problems));
        Assert.Contains(expected, problems.ToString());
    }

    [Fact]
    public void TryRead_MutatedFile_NeverThrows() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Char[" :-[]{}&*\"'#\n\tax0"]).Array[1, 6].Sample(
            changes =>
            {
                char[] text = Whole.ToCharArray();
                foreach ((int at, char c) in changes) text[at] = c;
                var problems = new YamlProblems("t.yml");
                ScrapeConfiguration? read = ScrapeConfigurationReader.TryRead(new string(text), "/etc", problems);
                Assert.NotEqual(read is null, !problems.Any);
            },
            iter: 2000, threads: 1);

    [Fact]
    public void TryBuild_Discovered_AppliesDefaultsAndRules()
    {
        var problems = new YamlProblems("t.yml");
        ScrapeJob job = ScrapeConfigurationReader.TryRead(Whole, "/etc", problems)!.Jobs[0];
        Labels group = Labels.Of(("zone", "a"), ("__meta_x", "y"));
        Labels one = TargetBuilder.Discovered(job, group, Labels.Of(("__address__", "one:1")));
        TargetSpec spec = TargetBuilder.TryBuild(job, one, out string? problem)!;
        Assert.Null(problem);
        Assert.Equal("https://one:1/m?a=b&a=c", spec.Url.ToString());
        Assert.Equal(
            Labels.Of(("cluster", "c1"), ("instance", "one:1"), ("job", "node"), ("zone", "a")), spec.Labels);
        Assert.Equal("30s", spec.Discovered.Get("__scrape_interval__"));
        Labels two = TargetBuilder.Discovered(job, group, Labels.Of(("__address__", "two:2")));
        Assert.Null(TargetBuilder.TryBuild(job, two, out problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("", "", "it has no address"), InlineData("a/b", "", "a/b is no host and port")]
    [InlineData("a:1", "soon", "its scrape interval is no duration")]
    [InlineData("a:1", "1s", "its scrape timeout is longer than its interval")]
    public void TryBuild_UselessTarget_SaysWhy(string address, string interval, string expected)
    {
        ScrapeJob job = ScrapeWorld.Read("job_name: j");
        Labels labels = new LabelsBuilder().Set("__address__", address).Set("__scrape_interval__", interval).ToLabels();
        Assert.Null(TargetBuilder.TryBuild(
            job, TargetBuilder.Discovered(job, Labels.Empty, labels), out string? problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("10MB", 10L << 20), InlineData("1KiB", 1024L), InlineData("0", 0L), InlineData("5B", 5L)]
    [InlineData("1.5GB", 3L << 29), InlineData("ten", null), InlineData("10", null), InlineData("1XB", null)]
    public void TryParse_ByteSizes_AreRead(string text, long? expected) =>
        Assert.Equal(expected, ByteSizeText.TryParse(text));

    [Fact]
    public void TryRead_TargetGroups_AreReadFromJsonAndYaml()
    {
        foreach (string text in (string[])
            ["[{\"targets\": [\"a:1\"], \"labels\": {\"x\": \"y\"}}]", "- targets: ['a:1']\n  labels:\n    x: y\n"])
        {
            var problems = new YamlProblems("f");
            TargetGroup group = Assert.Single(TargetGroupReader.TryRead(text, problems)!);
            Assert.Equal(Labels.Of(("x", "y")), group.Labels);
            Assert.Equal(Labels.Of(("__address__", "a:1")), Assert.Single(group.Targets));
        }

        var wrong = new YamlProblems("f");
        Assert.Null(TargetGroupReader.TryRead("{}", wrong));
        Assert.Contains("a list of target groups", wrong.ToString());
    }
}
