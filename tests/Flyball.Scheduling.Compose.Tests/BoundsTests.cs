using System.Globalization;
using System.Text;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Tests;

public sealed class BoundsTests
{
    [Fact]
    public void Compile_BillionLaughs_IsRefused()
    {
        var text = new StringBuilder("x-0: &a0 [lol]\n");
        for (int i = 1; i < 12; i++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"x-{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.Contains(
            "more than 100000 values with aliases written out", Yml.Errors(
                Yml.Compile(text.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_MergeKeysThatBlowUp_IsRefused()
    {
        string big = "x-e: &e\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"  K{i}: 1\n"));
        string services = "services:\n" + string.Concat(
            Enumerable.Range(0, 100).Select(i => $"  s{i}: {{ image: x, environment: {{ <<: *e }} }}\n"));

        Assert.Contains(
            "more than 100000 values with aliases written out", Yml.Errors(
                Yml.Compile(big + services)), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_ExtendsThatBlowUp_IsRefused()
    {
        string text = "services:\n  base:\n    image: x\n    environment:\n" + string.Concat(
            Enumerable.Range(0, 40_000).Select(i => $"      K{i}: 1\n")) +
            string.Concat(
                Enumerable.Range(0, 100).Select(i => $"  s{i}: {{ extends: base, environment: {{ A: 1 }} }}\n"));

        Assert.Contains(
            "files and extends copy more than 1000000 values", Yml.Errors(Yml.Compile(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Compile_DeepNesting_IsRefused(string open) =>
        Assert.NotEqual(
            "", Yml.Errors(
                Yml.Compile(
                    "services: " + (open[0] is '-' or '?' ? "\n" : "") + string.Concat(
                        Enumerable.Repeat(open, 20_000)))));

    [Fact]
    public void Compile_DeepNesting_NamesTheBound()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));
        Assert.Contains(
            "nested deeper than 64 levels", Yml.Errors(Yml.Compile("x-a: " + deep)), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_LargeFile_IsRefused() =>
        Assert.Equal(
            "compose.yaml: the file is larger than 1 MiB", Yml.Errors(Yml.Compile("# " + new string('x', 1 << 20))));

    [Fact]
    public void Compile_ThousandServices_AreFineAndOneMoreIsRefused()
    {
        string services = "services:\n" + string.Concat(
            Enumerable.Range(0, 1_000)
                .Select(i => $"  s{i:D4}: {{ image: x, depends_on: [ {(i == 0 ? "" : $"s{i - 1:D4}")} ] }}\n"));

        Assert.Equal(1_000, Yml.Compile(services).Workloads.Count);
        Assert.Contains(
            "a project may have 1000 services", Yml.Errors(
                Yml.Compile(services + "  more: { image: x }\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_ManyErrors_AreCounted()
    {
        ComposeResult result = Yml.Compile(
            "services:\n  a:\n    image: x\n" + string.Concat(
                Enumerable.Range(0, 300).Select(i => $"    bad{i}: 1\n")));

        Assert.Equal(201, result.Errors.Count);
        Assert.Equal("compose.yaml: and 100 more errors", result.Errors[^1].ToString());
    }

    [Fact]
    public void Compile_LinksOfProcessesThatBlowUp_IsRefused()
    {
        string text = "services:\n" + string.Concat(
            Enumerable.Range(0, 400).Select(i => $"  s{i}: {{ x-driver: process, command: x, expose: [ 1-250 ] }}\n"));

        Assert.Contains(
            "the processes would get more than 100000 addresses of each other", Yml.Errors(
                Yml.Compile(text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_LargeEnvFileInManyServices_IsRefused()
    {
        string text = "services:\n" +
            string.Concat(Enumerable.Range(0, 100).Select(i => $"  s{i}: {{ image: x, env_file: big.env }}\n"));
        byte[] big = Encoding.UTF8.GetBytes("A=" + new string('x', 1_000_000));
        Dictionary<string, byte[]> files = new() { ["big.env"] = big };
        ComposeInput input = Yml.Input(text) with { Attachments = files };

        Assert.Contains(
            "env files, configs, secrets and OpenAPI documents take more than 64 MiB in all services together",
            Yml.Errors(ComposeCompiler.Compile(input)), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_TooManyRoutes_IsRefused()
    {
        string routes = string.Concat(Enumerable.Range(0, 101).Select(i => $"  - {{ host: h{i}, port: 80 }}\n"));

        Assert.Equal(
            "compose.yaml:4:5: services.a.x-route: a service may have 100 routes",
            Yml.Errors(Yml.Service("x-route:\n" + routes)));
    }

    [Fact]
    public void Compile_TooManyPorts_IsRefused()
    {
        string ports = string.Join(',', Enumerable.Range(1, 257));

        Assert.Equal(
            "compose.yaml:4:12: services.a.ports: a service may have 256 ports",
            Yml.Errors(Yml.Service($"ports: [{ports}]")));
    }

    [Fact]
    public void Read_AliasedNode_IsShared()
    {
        var map = (MapNode)ComposeYamlReader.Read(
            new SourceFile("f", "/"), "a: &x [1, 2]\nb: *x\n", new Flyball.Scheduling.Compose.Diagnostics.DiagnosticBag(
                ))!;

        Assert.Same(map.Find("a")!.Value, map.Find("b")!.Value);
        Assert.Equal(7, map.Size);
    }
}
