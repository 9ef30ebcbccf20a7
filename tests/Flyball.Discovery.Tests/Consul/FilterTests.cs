using System.Text.Json;
using CsCheck;
using Flyball.Discovery.Filtering;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Consul;

/// <summary>Filter expressions.</summary>
public sealed class FilterTests
{
    private const string Item = """
        {"Service":{"Tags":["a","b"],"Port":80,"Meta":{"v":"1"},"ID":"web1"},
         "Checks":[{"Status":"passing"},{"Status":"critical"}],"Node":{"Meta":{}}}
        """;

    private static readonly string[] Words =
    [
        "Service.ID", "==", "!=", "in", "not", "and", "or", "(", ")", "\"a\"", "is", "empty", "matches", "[", "]",
    ];

    [Theory]
    [InlineData("Service.ID == web1", true)]
    [InlineData("Service.ID == \"web2\"", false)]
    [InlineData("Service.ID != `web2`", true)]
    [InlineData("Service.Port == 80", true)]
    [InlineData("a in Service.Tags", true)]
    [InlineData("\"c\" not in Service.Tags", true)]
    [InlineData("Service.Tags contains b and not Service.Tags contains c", true)]
    [InlineData("Service.Tags is empty", false)]
    [InlineData("Node.Meta is empty", true)]
    [InlineData("Service.Meta.v == 1", true)]
    [InlineData("Service.Meta[\"v\"] == 1", true)]
    [InlineData("Service.Meta.none == 1", false)]
    [InlineData("Service.Meta.none != 1", true)]
    [InlineData("v in Service.Meta", true)]
    [InlineData("Checks.Status == critical", true)]
    [InlineData("Checks.Status == warning", false)]
    [InlineData("Service.ID matches \"^web[0-9]$\"", true)]
    [InlineData("Service.ID not matches \"^api\"", true)]
    [InlineData("(Service.Port == 81 or Service.Port == 80) and Service.ID == web1", true)]
    [InlineData("not (Service.Port == 80)", false)]
    public void Matches_Expression_AsConsul(string filter, bool expected) =>
        Assert.Equal(expected, new JsonFilter(FilterParser.Parse(filter)).Matches(
            json => json.WriteRawValue(Item.Trim(), skipInputValidation: false)));

    [Theory]
    [InlineData("")]
    [InlineData("Service.ID ==")]
    [InlineData("Service.ID = web")]
    [InlineData("(Service.ID == web")]
    [InlineData("Service.ID == \"web")]
    [InlineData("Service.ID matches \"(\"")]
    [InlineData("Service..ID == a")]
    public void Parse_NoFilter_SaysWhere(string filter) =>
        Assert.Throws<FormatException>(() => FilterParser.Parse(filter));

    [Fact]
    public void Parse_AnyText_EndsInAFilterOrAnError() => Gen.OneOf(
        Gen.String[0, 60],
        Gen.Int[0, Words.Length - 1].Array[0, 12]
            .Select(words => string.Join(' ', words.Select(word => Words[word])))).Sample(text =>
        {
            try
            {
                FilterParser.Parse(text);
            }
            catch (FormatException)
            {
                // Said to the client.
            }
        });

    [Fact]
    public async Task Filter_OfAField_ThatThereIsNot_IsRefused()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"web","Tags":["x"]}""");
        (int status, string text, _) = await host.SendAsync("GET", "health/service/web?filter=Service.Nix==1");
        Assert.Equal(
            (400, true), (status, text.Contains("Selector \"Service.Nix\" is not valid", StringComparison.Ordinal)));
        JsonElement services = await host.GetAsync("catalog/services?filter=ServiceTags+contains+x");
        Assert.Equal("""{"web":["x"]}""", services.ToString());
    }
}
