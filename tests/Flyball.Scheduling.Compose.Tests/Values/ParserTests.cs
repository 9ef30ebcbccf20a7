using CsCheck;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Tests.Values;

public sealed class ParserTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("2m3s250ms", 123_250)]
    [InlineData("1500us", 1.5)]
    [InlineData(".5s", 500)]
    public void Duration_Text_GivesMilliseconds(string text, double milliseconds)
    {
        Assert.True(ComposeDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("1..5s")]
    [InlineData(".s")]
    [InlineData("9999999h")]
    [InlineData("99999999999999999999999999h")]
    [InlineData("1s2")]
    public void Duration_BadText_IsRefused(string text) => Assert.False(ComposeDuration.TryParse(text, out _));

    [Fact]
    public void Duration_Formatted_ReadsBack() =>
        Gen.Long[0, ComposeDuration.Max.Ticks].Select(TimeSpan.FromTicks).Sample(
            duration =>
                ComposeDuration.TryParse(ComposeDuration.Format(duration), out TimeSpan back) && back == duration);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("64k", 65_536)]
    [InlineData("1.5G", 1_610_612_736)]
    [InlineData("256mb", 268_435_456)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("10 MB", 10_485_760)]
    [InlineData("2b", 2)]
    [InlineData("8191p", 9_222_246_136_947_933_184)]
    public void Size_Text_GivesBytes(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1x")]
    [InlineData("1mm")]
    [InlineData("1mib2")]
    [InlineData("1ib")]
    [InlineData("9000p")]
    [InlineData("99999999999999999999999")]
    public void Size_BadText_IsRefused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Fact]
    public void Size_WholeNumberOfAnyUnit_IsExact() =>
        Gen.Select(Gen.Long[0, 8_000], Gen.Int[0, 5], Gen.Bool).Sample((number, power, upper) =>
        {
            string unit = power == 0 ? "" : "kmgtp"[power - 1].ToString();
            return ByteSize.TryParse($"{number}{(upper ? unit.ToUpperInvariant() : unit)}", out long bytes) &&
                bytes == number << (10 * power);
        });

    [Theory]
    [InlineData("80", ":?:80/tcp")]
    [InlineData("8080:80", ":8080:80/tcp")]
    [InlineData("127.0.0.1:8080:80/udp", "127.0.0.1:8080:80/udp")]
    [InlineData("127.0.0.1::80", "127.0.0.1:?:80/tcp")]
    [InlineData("[::1]:8080:80", "::1:8080:80/tcp")]
    [InlineData("::1:8080:80", "::1:8080:80/tcp")]
    [InlineData("3000-3001", ":?:3000/tcp :?:3001/tcp")]
    [InlineData("8000-8001:80-81", ":8000:80/tcp :8001:81/tcp")]
    [InlineData("0:80", ":?:80/tcp")]
    [InlineData("6060:6060/UDP", ":6060:6060/udp")]
    public void Port_Text_GivesMappings(string text, string expected)
    {
        IReadOnlyList<PortMapping> ports = PortSyntax.Parse(text, out string? error, out bool first);

        Assert.Null(error);
        Assert.False(first);
        Assert.Equal(
            expected, string.Join(
                ' ', ports.Select(p => $"{p.HostAddress}:{p.Published?.ToString() ?? "?"}:{p.Target}/{p.Protocol}")));
    }

    [Fact]
    public void Port_AnyRanges_PairInOrder() =>
        Gen.Select(Gen.Int[1, 60_000], Gen.Int[1, 60_000], Gen.Int[0, 255]).Sample((host, target, more) =>
        {
            IReadOnlyList<PortMapping> ports = PortSyntax.Parse(
                $"{host}-{host + more}:{target}-{target + more}", out string? error, out _);
            return error is null && ports.Count == more + 1 &&
                ports.Index().All(p => p.Item.Published == host + p.Index && p.Item.Target == target + p.Index);
        });

    [Fact]
    public void Port_AnyText_GivesPortsOrAnError() =>
        Gen.String[Gen.Char["0123456789:-/[].tcpud "], 0, 24].Sample(text =>
        {
            IReadOnlyList<PortMapping> ports = PortSyntax.Parse(text, out string? error, out _);
            return error is null ? ports.Count > 0 && ports.All(p => p.Target is > 0 and <= 65_535) : ports.Count == 0;
        });

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  a\t'b c' ", "a|b c")]
    [InlineData("a\"b c\"d", "ab cd")]
    [InlineData("\"a\\\"b\" 'c\\d'", "a\"b|c\\d")]
    [InlineData("a\\ b ''", "a b|")]
    [InlineData("", "")]
    public void Words_Text_AreSplit(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ShellWords.Split(text, out _)!));

    [Fact]
    public void Words_Quoted_ComeBack() =>
        Gen.String.Where(word => !word.Contains('\'', StringComparison.Ordinal)).Array[0, 6].Sample(words =>
            ShellWords.Split(string.Join(' ', words.Select(word => $"'{word}'")), out _)!.SequenceEqual(words));

    [Theory]
    [InlineData("nginx")]
    [InlineData("library/nginx:1.25")]
    [InlineData("localhost:5000/a/b:c")]
    [InlineData("registry.example.com/a_b/c-d.e:V1")]
    [InlineData("a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Image_Good_IsTaken(string text) => Assert.Null(ImageReference.Check(text));

    [Theory]
    [InlineData("Nginx")]
    [InlineData("nginx:")]
    [InlineData("nginx:a b")]
    [InlineData("a//b")]
    [InlineData("-a")]
    [InlineData("a@sha256:12")]
    [InlineData(":1")]
    public void Image_Bad_IsRefused(string text) => Assert.NotNull(ImageReference.Check(text));

    [Theory]
    [InlineData("/a/b", "../c", "/a/c")]
    [InlineData("/a/b", "./c//d/.", "/a/b/c/d")]
    [InlineData("/a", "../../..", "/")]
    [InlineData("/a", "/x/../y", "/y")]
    [InlineData("/a", "~/x", "/home/me/x")]
    [InlineData("/a", "~x", "/a/~x")]
    public void Path_Relative_IsResolved(string directory, string path, string expected) =>
        Assert.Equal(expected, LexicalPath.Resolve(directory, path, "/home/me"));

    [Fact]
    public void Distance_AnyWords_IsAMetricOfTyping() =>
        Gen.Select(Gen.String[Gen.Char["abc"], 0, 8], Gen.String[Gen.Char["abc"], 0, 8]).Sample((a, b) =>
        {
            int distance = Nearest.Distance(a, b);
            return distance == Nearest.Distance(b, a) && (distance == 0) == (a == b) &&
                distance <= Math.Max(a.Length, b.Length) && distance >= Math.Abs(a.Length - b.Length);
        });
}
