using System.CommandLine;
using System.Text;
using Flyball.Load.Arrivals;
using Flyball.Load.Commands;
using Flyball.Load.Http;

namespace Flyball.Load.Tests.Commands;

public sealed class LoadCommandTests
{
    [Theory]
    [InlineData("--rate 200/s", 6_000)]
    [InlineData("--rate 6000/m --over 10s", 1_000)]
    [InlineData("--rate 0.5 --duration 1m", 30)]
    [InlineData("--ramp 0/s..100/s --over 10s", 500)]
    [InlineData("--steps 100/s,0,200/s --over 3s", 300)]
    [InlineData("--sine 0..100 --period 10s --over 20s", 1_000)]
    public void Read_Shape_HasTheCountOfItsOptions(string line, double count) =>
        Assert.Equal(count, Read(line).Count, 0);

    [Theory]
    [InlineData("", "one of --rate, --shape, --ramp, --steps, --sine")]
    [InlineData("--rate 1 --ramp 1..2", "one of --rate")]
    [InlineData("--rate fast", "--rate: 'fast' is not a rate")]
    [InlineData("--rate 0", "--rate: '0' is not a rate")]
    [InlineData("--rate -5/s", "--rate: '-5/s' is not a rate")]
    [InlineData("--rate 5/d", "--rate: '5/d' is not a rate")]
    [InlineData("--rate 2000000/s", "more than 1000000 a second")]
    [InlineData("--rate 5 --peak 3", "--peak goes with --shape only")]
    [InlineData("--rate 5 --period 3s", "--period goes with --sine only")]
    [InlineData("--rate 5 --over soon", "--over: 'soon' is not a duration")]
    [InlineData("--rate 5 --over 1ms", "--over: 1ms is not from 0.1 s")]
    [InlineData("--ramp 5", "--ramp: '5' is not two rates")]
    [InlineData("--ramp 0..0", "--ramp: that is no request at all")]
    [InlineData("--shape x.csv", "--peak: say which rate")]
    public void Read_ShapeThatIsWrong_NamesTheOption(string line, string said) =>
        Assert.Contains(said, Assert.Throws<UsageException>(() => Read(line)).Message);

    [Fact]
    public void Read_ShapeFileThatIsNotThere_SaysSo() => Assert.Contains(
        "no.csv does not exist", Assert.Throws<FormatException>(() => Read("--shape no.csv --peak 5")).Message);

    [Theory]
    [InlineData("https://x/", "'https' is not supported")]
    [InlineData("http://", "is no address")]
    [InlineData("ftp://x", "'ftp' is not supported")]
    public void Url_OfAnotherKind_IsRefused(string url, string said) =>
        Assert.Contains(said, Assert.Throws<UsageException>(() => TargetReading.Url(url)).Message);

    [Fact]
    public void Request_HeadersAndBody_AreInItsBytes()
    {
        RequestTemplate request = RequestTemplate.Create(
            new Uri("http://a.test:81/p?q=1"), "PUT", ["Host: shop.localhost", "X-A:  b "], "hi"u8.ToArray());
        Assert.Equal(
            "PUT /p?q=1 HTTP/1.1\r\nHost: shop.localhost\r\nX-A: b\r\nUser-Agent: flyball-load\r\n"
            + "Content-Length: 2\r\n\r\nhi",
            Encoding.ASCII.GetString(request.Bytes));
        Assert.False(request.MayRepeat);
        Assert.StartsWith(
            "GET / HTTP/1.1\r\nHost: a.test:81\r\n",
            Encoding.ASCII.GetString(RequestTemplate.Create(new Uri("http://a.test:81"), "GET", [], null).Bytes));
    }

    [Theory]
    [InlineData("GET", "no colon")]
    [InlineData("GET", "A b: c")]
    [InlineData("GET", "A: b\r\nC: d")]
    [InlineData("GET", "Content-Length: 5")]
    [InlineData("G T", "A: b")]
    public void Request_HeaderOrMethodThatIsNone_IsRefused(string method, string header) =>
        Assert.Throws<FormatException>(() => RequestTemplate.Create(new Uri("http://a/"), method, [header], null));

    private static RateCurve Read(string line)
    {
        var arguments = new LoadArguments();
        var command = new Command("load");
        arguments.AddTo(command);
        ParseResult parsed = command.Parse("http://x/ " + line);
        Assert.Empty(parsed.Errors);
        return ShapeReading.Read(arguments, parsed);
    }
}
