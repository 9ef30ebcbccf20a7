using Flyball.Metrics.Commands;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Api.Tests.Commands;

/// <summary>The commands that work on a data directory without a server.</summary>
[Collection("console")]
public sealed class TsdbCommandTests
{
    [Fact]
    public async Task ExportAndImport_AnotherDirectory_HasTheSameSamples()
    {
        string first = await WriteAsync(startMs: 0);
        string second = await WriteAsync(startMs: 40_000_000);
        (int code, string text) = await RunAsync("export", first, "--match", "{job=~\"a|b\"}");
        Assert.Equal(0, code);
        string file = Path.Combine(first, "x.om");
        await File.WriteAllTextAsync(file, text);

        (code, string output) = await RunAsync("import", second, file);

        Assert.Equal((0, "6 samples in 1 blocks\n"), (code, output));
        (_, string original) = await RunAsync("dump", first);
        (_, string copied) = await RunAsync("dump", second, "--to", "1000");
        Assert.Equal(original, copied);
        Assert.Equal(
            """
            {__name__="up", job="a"} 1 0
            {__name__="up", job="a"} 2.5 1000
            {__name__="up", job="a"} NaN 2000
            {__name__="up", job="b"} 1 0
            {__name__="up", job="b"} 2.5 1000
            {__name__="up", job="b"} NaN 2000

            """,
            original);
        Remove(first, second);
    }

    [Fact]
    public async Task ExportAndImport_ExemplarsAndStarts_ComeBack()
    {
        string first = await WriteAsync(startMs: 0, batch =>
        {
            batch.BeginSeries(Labels.Of(("__name__", "c_total"), ("job", "a")));
            batch.Add(1000, 1);
            batch.Exemplars.Add(new BatchExemplar(900, 0.25, Labels.Of(("trace_id", "a\"b"))));
            batch.Add(2000, 3);
            batch.Exemplars.Add(new BatchExemplar(2000, 2, Labels.Of(("trace_id", "c"))));
            batch.BeginSeries(Labels.Of(("__name__", "c_created"), ("job", "a")));
            batch.Add(2000, 0.5);
            batch.BeginSeries(Labels.Of(("__name__", "h_bucket"), ("job", "a"), ("le", "+Inf")));
            batch.Add(1000, 4);
            batch.Exemplars.Add(new BatchExemplar(1000, 0.125, Labels.Of(("span_id", "d"))));
            batch.BeginSeries(Labels.Of(("__name__", "h_count"), ("job", "a")));
            batch.Add(1000, 4);
        });
        string second = await WriteAsync(startMs: 40_000_000);
        (_, string text) = await RunAsync("export", first, "--match", "{job=\"a\", __name__=~\"[ch]_.*\"}");
        Assert.Equal(
            """
            # TYPE c counter
            c_created{job="a"} 0.5 2
            c_total{job="a"} 1 1 # {trace_id="a\"b"} 0.25 0.9
            c_total{job="a"} 3 2 # {trace_id="c"} 2 2
            # TYPE h histogram
            h_bucket{job="a",le="+Inf"} 4 1 # {span_id="d"} 0.125 1
            h_count{job="a"} 4 1
            # EOF

            """,
            text);
        string file = Path.Combine(first, "x.om");
        await File.WriteAllTextAsync(file, text);

        (int code, string output) = await RunAsync("import", second, file);

        Assert.Equal((0, "5 samples in 1 blocks, 3 exemplars\n"), (code, output));
        (_, string again) = await RunAsync("export", second, "--match", "{job=\"a\", __name__=~\"[ch]_.*\"}");
        Assert.Equal(text, again);
        Remove(first, second);
    }

    [Fact]
    public async Task Check_DirectoryAsItIs_NothingIsChangedAndDamageIsTold()
    {
        string directory = await WriteAsync(startMs: 0);
        string[] before = Snapshot(directory);

        (int code, string output) = await RunAsync("check", directory);
        Assert.Equal((0, "6 samples in 0 blocks and the head: whole\n"), (code, output));
        (code, output) = await RunAsync("stats", directory);
        Assert.Equal(0, code);
        Assert.Contains("2  up", output, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(directory));

        string segment = Directory.EnumerateFiles(Path.Combine(directory, "metrics", "wal")).Order().First(
            path => new FileInfo(path).Length > 60);
        byte[] bytes = await File.ReadAllBytesAsync(segment);
        bytes[40] ^= 0x10;
        await File.WriteAllBytesAsync(segment, bytes);
        (code, output) = await RunAsync("check", directory);
        Assert.Equal(1, code);
        Assert.EndsWith("damaged\n", output, StringComparison.Ordinal);
        Remove(directory);
    }

    [Fact]
    public async Task Import_FileWithAMistake_ChangesNothing()
    {
        string directory = await WriteAsync(startMs: 40_000_000);
        string file = Path.Combine(directory, "x.om");
        await File.WriteAllTextAsync(file, "up 1 1\nup 1\n# EOF\n");
        (_, string before) = await RunAsync("dump", directory);

        (int code, _) = await RunAsync("import", directory, file);

        Assert.Equal(1, code);
        (_, string after) = await RunAsync("dump", directory);
        Assert.Equal(before, after);
        Remove(directory);
    }

    [Theory]
    [InlineData("check", "/nowhere")]
    [InlineData("dump", "DIR", "--match", "up{")]
    [InlineData("dump", "DIR", "--from", "yesterday")]
    [InlineData("import", "DIR", "/nowhere.om")]
    public async Task Command_WrongArguments_IsRefused(params string[] arguments)
    {
        string directory = await WriteAsync(startMs: 0);

        (int code, _) = await RunAsync([.. arguments.Select(one => one == "DIR" ? directory : one)]);

        Assert.Equal(2, code);
        Remove(directory);
    }

    /// <summary>A directory with two series of three samples each.</summary>
    private static async Task<string> WriteAsync(long startMs, Action<SampleBatch>? more = null)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-tsdb-").FullName;
        ApiServer server = await ApiServer.StartAsync(
            directory: directory,
            clock: new(DateTimeOffset.UnixEpoch.AddMilliseconds(startMs + 7_200_000)));
        await server.AppendAsync(batch =>
        {
            foreach (string job in new[] { "a", "b" })
            {
                batch.BeginSeries(Labels.Of(("__name__", "up"), ("job", job)));
                batch.Add(startMs, 1);
                batch.Add(startMs + 1000, 2.5);
                batch.Add(startMs + 2000, SpecialValues.NormalNaN);
            }

            more?.Invoke(batch);
        });
        await server.StopAsync();
        return directory;
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        TextWriter standard = Console.Out;
        await using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            return (await TsdbCommands.Create().Parse(arguments).InvokeAsync(), output.ToString());
        }
        finally
        {
            Console.SetOut(standard);
        }
    }

    private static string[] Snapshot(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => path + Convert.ToHexString(File.ReadAllBytes(path))),
    ];

    private static void Remove(params string[] directories)
    {
        foreach (string directory in directories) Directory.Delete(directory, recursive: true);
    }
}
