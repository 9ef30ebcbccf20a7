using System.Text;
using Flyball.Apis.Describing;

namespace Flyball.Apis.Tests.Reading;

public sealed class FaultTests
{
    private const string Head = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\n";

    [Theory]
    [InlineData("", "the document is empty")]
    [InlineData("  \n", "the document is empty")]
    [InlineData("[]", "line 1, column 1: this is no OpenAPI document: it must be an object")]
    [InlineData("just words", "line 1, column 1: this is no OpenAPI document: it must be an object")]
    [InlineData("\n<!doctype html>\n<p class=\"a: b\">", "this is a page in HTML or XML, and no OpenAPI document")]
    [InlineData("{", "line 1, column 2: this is not valid JSON")]
    [InlineData("{ \"a\": 1,\n  \"a\": 2 }", "line 2, column 3, #/a: the key is there twice")]
    [InlineData("a: 1\na: 2", "line 2, column 1, #/a: the key is there twice")]
    [InlineData("a: [1", "this is not valid YAML")]
    [InlineData("a: *b", "line 1, column 4, #/a: no anchor '&b' stands before")]
    [InlineData("a: 1\n---\nb: 2", "there is more than one YAML document")]
    [InlineData("title: x", "it has neither 'openapi' nor 'swagger'")]
    [InlineData("openapi: 4.0.0", "line 1, column 10, #/openapi: version '4.0.0' is not known")]
    [InlineData("swagger: '1.2'", "version '1.2' is not known")]
    [InlineData("openapi: 3.1.0", "'info' is missing")]
    [InlineData("openapi: 3.1.0\ninfo: { version: '1' }", "line 2, column 7, #/info: 'title' is missing or no text")]
    [InlineData(Head + "paths: []", "#/paths: must be an object")]
    [InlineData(
        Head + "paths:\n  /a:\n    get: { parameters: [{ in: query }] }",
        "line 5, column 25, #/paths/~1a/get/parameters/0: 'name' is missing or no text")]
    [InlineData(
        Head + "components: { schemas: { A: { $ref: '#/nowhere' } } }",
        "line 3, column 29, #/components/schemas/A: the reference '#/nowhere' leads to nothing")]
    [InlineData(
        Head + "components: { schemas: { A: { $ref: '#/components/schemas/A' } } }", "leads round in a circle")]
    [InlineData(
        Head + "components: { schemas: { A: { properties: { a: 5 } } } }",
        "#/components/schemas/A/properties/a: a schema must be an object, or true or false")]
    public void Read_Malformed_NamesThePlace(string text, string expected) =>
        Assert.Contains(Documents.FaultsOf(text), fault => fault.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("3.0.3")]
    [InlineData("3.1.1")]
    [InlineData("3.2.0")]
    public void Read_Version_IsKnown(string version) =>
        Assert.Equal("OpenAPI " + version, Documents.Read(Documents.Yaml("/a: { }", version: version)).Specification);

    [Fact]
    public void Read_ReferenceToAnotherFile_IsNoFaultAndIsNotFollowed()
    {
        ApiDescription api = Documents.Read(Documents.Exchange("{ $ref: 'other.yaml#/A' }", "{ type: string }"));

        Assert.Single(api.Operations);
    }

    [Fact]
    public void Read_NotUtf8_IsAFault()
    {
        byte[] bytes = [.. "openapi: "u8, 0xFF, 0xFE];
        byte[] json = [.. "{ \"openapi\": \""u8, 0xFF, .. "\" }"u8];

        Assert.Contains("UTF-8", ApiReading.Read(bytes).Faults[0].Message, StringComparison.Ordinal);
        Assert.NotEmpty(ApiReading.Read(json).Faults);
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsAFaultOrADocumentAndNeverThrows()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Documents.File("shop-1.yaml"));
        for (int length = 0; length < bytes.Length; length += 7) ApiReading.Read(bytes.AsSpan(0, length));
    }
}
