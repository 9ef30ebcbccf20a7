using System.Text;
using CsCheck;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Routing.Paths;

namespace Flyball.Gateway.Tests.FastPath;

public sealed class RequestPathTests
{
    private static string? Decode(string target)
    {
        char[] path = new char[target.Length];
        int length = RequestPath.Decode(Encoding.ASCII.GetBytes(target), path);
        return length < 0 ? null : new string(path, 0, length);
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b?c=%41/../d", "/a/b")]
    [InlineData("/%61pi/x%20y", "/api/x y")]
    [InlineData("/a%2Fb%2f", "/a%2Fb%2f")]
    [InlineData("/a/./b/../c/.", "/a/c/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/../../x", "/x")]
    [InlineData("/%2e%2e/x", "/x")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    [InlineData("/gr%C3%BC%C3%9Fe", "/gr\u00fc\u00dfe")]
    [InlineData("/a%00b", null)]
    [InlineData("/a%zz", null)]
    [InlineData("/a%4", null)]
    [InlineData("/a%C3%28", null)]
    public void Decode_EachForm_IsAsExpected(string target, string? path) => Assert.Equal(path, Decode(target));

    /// <summary>What is cut out of the path as it came is what routes have matched.</summary>
    [Fact]
    public void Resolve_AnyTarget_MeansTheSameWithoutDots()
    {
        string[] known = ["/", "/.", "/..", "a", "%41", "%2F", "%2e", "%2E", "%252e", "%25", "//", "b.c", ".", "{x}"];
        Gen.Int[0, known.Length - 1].Array[1, 8].Sample(
            parts =>
            {
                string target = "/" + string.Concat(parts.Select(i => known[i]));
                string resolved = RawPath.Resolve(target);
                Assert.Equal(Decode(target), Decode(resolved));
                Assert.Equal(resolved, RawPath.Resolve(resolved));
                Assert.Equal(Decode(target)!.Count(one => one == '/'), resolved.Count(one => one == '/'));
            },
            iter: 20_000, seed: "0N0XIzNsQ0O2");
    }

    /// <summary>Routes are matched alike on both paths only if the path means the same on both.</summary>
    [Fact]
    public async Task Decode_AnyTarget_IsKestrelsPath()
    {
        await using KestrelBackend kestrel = await KestrelBackend.StartAsync(async context =>
        {
            byte[] path = Encoding.UTF8.GetBytes(context.Request.Path.Value!);
            context.Response.ContentLength = path.Length;
            await context.Response.Body.WriteAsync(path, TestContext.Current.CancellationToken);
        });
        string[] known =
            ["/", "/.", "/..", "a", "%41", "%2F", "%2e", "%C3%BC", "%25", "~", "//", "b.c", ".", "+", "%E2%82%AC"];
        Gen<string> segments = Gen.Int[0, known.Length - 1].Select(i => known[i]);
        var targets = new List<string>();
        segments.Array[1, 8].Sample(
            parts => targets.Add("/" + string.Concat(parts)), iter: 500, threads: 1, seed: "0N0XIzNsQ0O2");
        using RawConnection client = await RawConnection.OpenAsync(kestrel.Address.Port);
        foreach (string target in targets)
        {
            await client.SendAsync($"GET {target}?q HTTP/1.1\r\nHost: h\r\n\r\n");
            RawAnswer answer = await client.ReadAsync();
            string expected = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(answer.Body));
            Assert.Equal((200, target, expected), (answer.Status, target, Decode(target + "?q")));
        }
    }
}
