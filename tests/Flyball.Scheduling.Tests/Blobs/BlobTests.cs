using System.Net;
using System.Security.Cryptography;
using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Blobs;
using Flyball.Scheduling.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Scheduling.Tests.Blobs;

public sealed class BlobTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];

    private static readonly string Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Content));

    [Fact]
    public async Task Put_ThenGet_GivesTheBytesBack()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(world));
        Assert.Equal(HttpStatusCode.NoContent, await PutAsync(world, Digest, Content));
        Assert.Equal(HttpStatusCode.NoContent, await PutAsync(world, Digest, Content));
        Assert.Equal(HttpStatusCode.OK, await HeadAsync(world));

        byte[] got = await world.Client.GetByteArrayAsync(
            new Uri($"blobs/{Digest}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(Content, got);
        await using Stream? port = await world.Services.GetRequiredService<IBuildContexts>()
            .OpenAsync(Digest, TestContext.Current.CancellationToken);
        Assert.Equal(Digest, "sha256:" + Convert.ToHexStringLower(
            await SHA256.HashDataAsync(port!, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Put_OtherBytesThanTheDigest_KeepsNothing()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(world, Digest, Content[1..]));
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(world));
        Assert.Empty(Files(world));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Put_LargerThanAllowed_KeepsNothing(bool chunked)
    {
        await using ApiWorld world =
            await ApiWorld.StartAsync(change: options => options with { BlobBytesMax = Content.Length - 1 });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PutAsync(world, Digest, Content, chunked));
        Assert.Empty(Files(world));
    }

    [Theory]
    [InlineData("sha256:abc")]
    [InlineData("sha256:..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("md5:00000000000000000000000000000000")]
    public async Task Put_NotADigest_IsRefused(string digest)
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(world, digest, Content));
        Assert.Empty(Files(world));
    }

    [Fact]
    public async Task Sweep_DropsWhatNobodyNames_AfterTwoRounds()
    {
        await using ApiWorld world = await ApiWorld.StartAsync();
        BlobSweep sweep = world.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<BlobSweep>()
            .Single();
        await PutAsync(world, Digest, Content);
        byte[] used = [1, 2, 3];
        string usedDigest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(used));
        await PutAsync(world, usedDigest, used);
        await world.Store.CommitAsync(new StoreTransaction().Put(Kinds.Workload, "shop.web", new Workload
        {
            Project = "shop", Service = "web",
            Task = new TaskSpec { Driver = "docker", Build = new BuildSpec { ContextDigest = usedDigest } },
        }), TestContext.Current.CancellationToken);

        await sweep.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, Files(world).Count);
        await sweep.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal([BlobDigest.FileName(usedDigest)], Files(world));
    }

    private static IReadOnlyList<string> Files(ApiWorld world) =>
        PhysicalDisk.Instance.List(
            Path.Combine(world.Services.GetRequiredService<SchedulingOptions>().DataDirectory, "blobs"));

    private static async Task<HttpStatusCode> HeadAsync(ApiWorld world)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"blobs/{Digest}");
        using HttpResponseMessage response = await world.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> PutAsync(
        ApiWorld world, string digest, byte[] content, bool chunked = false)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Put, $"blobs/{digest}") { Content = new StreamContent(new MemoryStream(content)) };
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage response = await world.Client.SendAsync(request);
        return response.StatusCode;
    }
}
