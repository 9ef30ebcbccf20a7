using System.Text;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Model;
using Flyball.Metrics.Pushgateway;
using Flyball.Metrics.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Metrics.Api.Tests;

/// <summary>What a backup of the metrics holds besides samples.</summary>
public sealed class ArchiveTests
{
    [Fact]
    public async Task Restore_AnotherServer_HasGroupsExemplarsAndMetadata()
    {
        await using ApiServer first = await ApiServer.StartAsync();
        await PushAsync(first, "a", "x 1\n");
        await PushAsync(first, "b", "x 2\n");
        await first.AppendAsync(batch =>
        {
            batch.BeginSeries(Labels.Of(("__name__", "m")));
            batch.Add(1000, 1);
            batch.Exemplars.Add(new BatchExemplar(1000, 0.5, Labels.Of(("trace_id", "t"))));
            batch.Metadata.Add(new MetricMetadata("m", "counter", "Helps.", "s"));
        });
        string copy = await CopyAsync(first);
        ApiServer second = await ApiServer.StartAsync();
        await PushAsync(second, "c", "x 3\n");
        await PushAsync(second, "a", "x 4\n");

        await RestoreAsync(second, copy);

        Assert.Equal("a=1 b=2", Groups(second));
        Assert.Contains("\"Helps.\"", await GetAsync(second, "metadata?metric=m"), StringComparison.Ordinal);
        string exemplars = await GetAsync(second, "query_exemplars?query=m");
        Assert.Contains("\"trace_id\":\"t\"", exemplars, StringComparison.Ordinal);
        await second.StopAsync();
        await using ApiServer third = await ApiServer.StartAsync(directory: second.Directory, clock: second.Clock);
        Assert.Equal("a=1 b=2", Groups(third));
    }

    [Fact]
    public async Task Restore_NoGroups_RemovesThoseThatAreThere()
    {
        await using ApiServer first = await ApiServer.StartAsync();
        string copy = await CopyAsync(first);
        await using ApiServer second = await ApiServer.StartAsync();
        await PushAsync(second, "c", "x 3\n");
        await RestoreAsync(second, copy);
        Assert.Equal("", Groups(second));
    }

    [Fact]
    public async Task Restore_BackupOfAnOlderVersion_LeavesTheGroups()
    {
        await using ApiServer first = await ApiServer.StartAsync();
        string copy = await CopyAsync(first);
        Directory.Delete(Path.Combine(copy, "push"), recursive: true);
        await using ApiServer second = await ApiServer.StartAsync();
        await PushAsync(second, "c", "x 3\n");
        await RestoreAsync(second, copy);
        Assert.Equal("c=3", Groups(second));
    }

    [Fact]
    public async Task Start_KilledBeforeTheGroupsWereTaken_TakesThem()
    {
        ApiServer first = await ApiServer.StartAsync();
        await PushAsync(first, "a", "x 1\n");
        string copy = await CopyAsync(first);
        await PushAsync(first, "a", "x 2\n");
        await PushAsync(first, "b", "x 2\n");
        await first.StopAsync();
        // As the metrics stand when they are exchanged and nothing came after.
        Directory.Move(Path.Combine(copy, "push"), Path.Combine(first.Directory, "metrics", "push"));
        Directory.Delete(copy, recursive: true);
        ApiServer second = await ApiServer.StartAsync(directory: first.Directory, clock: first.Clock);
        Assert.Equal("a=1", Groups(second));
        await PushAsync(second, "b", "x 5\n");
        await second.StopAsync();
        await using ApiServer third = await ApiServer.StartAsync(directory: second.Directory, clock: first.Clock);
        Assert.Equal("a=1 b=5", Groups(third));
    }

    [Fact]
    public async Task Check_DamagedGroup_IsRefused()
    {
        await using ApiServer first = await ApiServer.StartAsync();
        await PushAsync(first, "a", "x 1\n");
        string copy = await CopyAsync(first);
        string file = Directory.EnumerateFiles(Path.Combine(copy, "push"), "*.push").Single();
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        IMetricArchive archive = first.Services.GetRequiredService<IMetricArchive>();
        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => archive.CheckAsync(copy, default));
        Assert.Contains(".push is damaged", refusal.Message, StringComparison.Ordinal);
        Directory.Delete(copy, recursive: true);
    }

    private static async Task<string> CopyAsync(ApiServer server)
    {
        string copy = Directory.CreateTempSubdirectory("flyball-copy-").FullName;
        await server.Services.GetRequiredService<IMetricArchive>().WriteAsync(copy, default);
        return copy;
    }

    private static async Task RestoreAsync(ApiServer server, string copy)
    {
        IMetricArchive archive = server.Services.GetRequiredService<IMetricArchive>();
        await archive.CheckAsync(copy, default);
        await archive.RestoreAsync(copy, default);
    }

    private static string Groups(ApiServer server) => string.Join(' ', server.Services
        .GetRequiredService<PushStore>().Groups.Select(group =>
            group.Key.Get("job") + "=" + group.Families["x"].Samples.Single().Value));

    private static async Task PushAsync(ApiServer server, string job, string text)
    {
        using var content = new StringContent(text, Encoding.UTF8, "text/plain");
        using HttpResponseMessage answer = await server.Http.PutAsync(
            new Uri($"/metrics/job/{job}", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Task<string> GetAsync(ApiServer server, string path) =>
        server.Http.GetStringAsync(new Uri("/api/v1/" + path, UriKind.Relative));
}
