using System.Text.Json;
using Flyball.Cli.Applying;

namespace Flyball.Cli.Tests;

public sealed class BuildContextTests
{
    [Fact]
    public async Task Pack_SameContent_HasTheSameBytesInAnyProcess()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string folder = Directory.CreateTempSubdirectory("flyball-context-").FullName;
        string nested = Path.Combine(folder, new string('d', 90), new string('e', 90));
        Directory.CreateDirectory(nested);
        await File.WriteAllTextAsync(Path.Combine(nested, "größe.txt"), "x", cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM scratch", cancellation);
        JsonElement build = JsonDocument.Parse("{}").RootElement;
        string first = folder + ".1";
        string second = folder + ".2";

        await BuildContexts.PackAsync(folder, first, build, cancellation);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "Dockerfile"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await BuildContexts.PackAsync(folder, second, build, cancellation);

        byte[] bytes = await File.ReadAllBytesAsync(first, cancellation);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(second, cancellation));
        // .NET's Pax headers are named after the process: the next one would have other bytes.
        Assert.Equal(-1, bytes.AsSpan().IndexOf("PaxHeaders"u8));
        Assert.True(bytes.AsSpan().IndexOf("größe.txt"u8) > 0);
        Directory.Delete(folder, recursive: true);
        File.Delete(first);
        File.Delete(second);
    }
}
