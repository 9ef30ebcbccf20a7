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

    [Fact]
    public void Redact_WhatTasksWrote_IsLeftOut()
    {
        JsonNode node = JsonNode.Parse("""
            [{"runs":"sh -c sleep --api-key=hunter2","status":{"message":"The task exited with code 7 after 1.0 s: key hunter2"}},
             ["The task was ended by signal 9 after 2 min: hunter2", "allocation x failed: exit code 1, hunter2"],
             {"message":"The image of web cannot be built: exit. Last output: RUN hunter2"},
             {"message":"The port 8080 is taken: by nginx"}]
            """)!;

        SupportBundle.Redact(node);

        string text = node.ToJsonString();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Contains("exited with code 7 after 1.0 s: (output left out)", text, StringComparison.Ordinal);
        Assert.Contains("by nginx", text, StringComparison.Ordinal);
    }
}
