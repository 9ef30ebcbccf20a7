using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Compose.Tests.Merging;

public sealed class MergeTests
{
    [Theory]
    [InlineData("command: a", "command: [b]", "b")]
    [InlineData("command: [a, b]", "command: !reset null", "")]
    public void Compile_CommandInBoth_IsReplaced(string one, string two, string expected) =>
        Assert.Equal(expected, string.Join(' ', Merge(one, two).Task.Command));

    [Theory]
    [InlineData("environment: [A=1, B=1]", "environment: { B: 2, C: 3 }", "A=1 B=2 C=3")]
    [InlineData("environment: { A: 1, B: 1 }", "environment: [B=2]", "A=1 B=2")]
    [InlineData("environment: { A: 1, B: 1 }", "environment: !override { C: 1 }", "C=1")]
    [InlineData("environment: { A: 1, B: 1 }", "environment: { A: !reset x }", "B=1")]
    [InlineData("environment: { A: 1 }", "environment: !reset {}", "")]
    public void Compile_EnvironmentInBoth_MergesByKey(string one, string two, string expected) =>
        Assert.Equal(
            expected, string.Join(' ', Merge(one, two).Task.Environment.Select(pair => $"{pair.Key}={pair.Value}")));

    [Theory]
    [InlineData("ports: ['80:80']", "ports: ['81:81']", "80 81")]
    [InlineData("ports: ['80:80']", "ports: ['80:80/tcp']", "80")]
    [InlineData("ports: ['80:80']", "ports: [{ target: 80, published: 80, name: web }]", "80")]
    [InlineData("ports: ['80:80']", "ports: !override ['81:81']", "81")]
    [InlineData("ports: ['80:80']", "ports: !reset []", "")]
    public void Compile_PortsInBoth_AreUnique(string one, string two, string expected) =>
        Assert.Equal(expected, string.Join(' ', Merge(one, two).Task.Ports.Select(port => port.ContainerPort)));

    [Fact]
    public void Compile_VolumesInBoth_MergeByTarget() =>
        Assert.Equal(
            "/srv/shop/z:/a /srv/shop/b:/b",
            string.Join(
                ' ', Merge("volumes: [./a:/a, ./b:/b]", "volumes: [{ type: bind, source: z, target: /a }]")
                    .Task.Mounts.Select(m => $"{m.Source}:{m.Target}")));

    [Theory]
    [InlineData("dns: 1.1.1.1", "dns: [1.1.1.1, 2.2.2.2]", "1.1.1.1 2.2.2.2")]
    public void Compile_SetInBoth_IsAppendedWithoutRepeating(string one, string two, string expected) =>
        Assert.Equal(expected, string.Join(' ', Merge(one, two).Task.Dns));

    [Fact]
    public void Compile_HealthTestInBoth_KeepsTheOtherKeys()
    {
        HealthCheckSpec check = Merge(
            "healthcheck: { test: [CMD, a, b], interval: 7s }", "healthcheck: { test: [CMD, c] }")
            .Task.HealthCheck!;

        Assert.Equal(("c", TimeSpan.FromSeconds(7)), (string.Join(' ', check.Test), check.Interval));
    }

    [Fact]
    public void Compile_ThreeFiles_MergeInOrder() =>
        Assert.Equal("three", Yml.Only(Yml.Compile(
            Yml.ServiceText("hostname: one"), Yml.ServiceText("hostname: two"), Yml.ServiceText(
                "hostname: three"))).Task.Hostname);

    [Fact]
    public void Compile_NewServiceInOverride_IsAdded() =>
        Assert.Equal(
            ["a", "b"], Yml.Compile(Yml.ServiceText("init: true"), "services: { b: { image: y } }")
                .Workloads.Select(w => w.Service));

    [Fact]
    public void Compile_ExtendsAcrossFiles_OnlyLooksInItsOwnFile() =>
        Assert.Contains(
            "over1.yaml:1:37: services.b.extends: 'over1.yaml' has no service 'a'",
            Yml.Errors(
                Yml.Compile(
                    Yml.ServiceText(
                        "init: true"), "services: { b: { image: y, extends: a } }")), StringComparison.Ordinal);

    private static Workload Merge(string one, string two) =>
        Yml.Only(Yml.Compile(Yml.ServiceText(one), Yml.ServiceText(two)));
}
