using System.Text.Json.Nodes;
using Flyball.Cli.Doctor;

namespace Flyball.Cli.Tests;

public sealed class SupportBundleTests
{
    [Fact]
    public void Redact_NestedSecrets_KeepsNamesAndHidesValues()
    {
        JsonNode node = JsonNode.Parse("""
            [{"name":"shop.web","task":{"environment":{"PASSWORD":"hunter2"},"command":["run","--key=hunter2"],
              "mounts":[{"target":"/run/secrets/x","contentBase64":"aHVudGVyMg=="}],"image":"shop/web:1"}}]
            """)!;

        SupportBundle.Redact(node);

        string text = node.ToJsonString();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVyMg==", text, StringComparison.Ordinal);
        Assert.Contains("PASSWORD", text, StringComparison.Ordinal);
        Assert.Contains("shop/web:1", text, StringComparison.Ordinal);
    }
}
