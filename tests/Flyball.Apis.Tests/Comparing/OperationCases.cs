namespace Flyball.Apis.Tests.Comparing;

public sealed class OperationCases
{
    private const string Responses = "responses: { '200': { description: ok } }";

    private static string Op(string members = "", string path = "/a", string more = "") => Documents.Yaml($$"""
        {{path}}:
          get:
            {{Responses}}
            {{members}}
        """, more: more);

    public static TheoryData<string, string, string> All => new()
    {
        {
            Op(path: "/a"),
            Op(path: "/b"),
            "breaking operation.removed old#/paths/~1a/get; compatible operation.added new#/paths/~1b/get"
        },
        { Op(path: "/a/{id}"), Op(path: "/a/{key}"), "" },
        { Op(), Op("deprecated: true"), "compatible operation.deprecated new#/paths/~1a/get" },
        { Op("operationId: a"), Op("operationId: b"), "other operation.id new#/paths/~1a/get" },
        { Op("summary: a"), Op("summary: b"), "other operation.description new#/paths/~1a/get" },
        { Op("tags: [a]"), Op("tags: [b]"), "other operation.tags new#/paths/~1a/get" },
        {
            Op(),
            Op("parameters: [{ name: q, in: query }]"),
            "compatible parameter.added new#/paths/~1a/get/parameters/0"
        },
        {
            Op(),
            Op("parameters: [{ name: q, in: query, required: true }]"),
            "breaking parameter.added new#/paths/~1a/get/parameters/0"
        },
        {
            Op("parameters: [{ name: q, in: query }]"),
            Op(),
            "breaking parameter.removed old#/paths/~1a/get/parameters/0"
        },
        {
            Op("parameters: [{ name: q, in: query }]"), Op("parameters: [{ name: q, in: query, required: true }]"),
            "breaking parameter.required new#/paths/~1a/get/parameters/0"
        },
        {
            Op("parameters: [{ name: X-A, in: header, required: true }]"),
            Op("parameters: [{ name: x-a, in: header }]"),
            "compatible parameter.optional new#/paths/~1a/get/parameters/0"
        },
        {
            Op("parameters: [{ name: q, in: query, schema: { type: string } }]"),
            Op("parameters: [{ name: q, in: query, schema: { type: integer } }]"),
            "breaking schema.type new#/paths/~1a/get/parameters/0/schema"
        },
        {
            Op("parameters: [{ name: q, in: query, explode: true }]"),
            Op("parameters: [{ name: q, in: query, explode: false }]"),
            "breaking parameter.style new#/paths/~1a/get/parameters/0"
        },
        {
            Op("parameters: [{ name: q, in: query }]"),
            Op("parameters: [{ name: q, in: query, style: form, explode: true }]"),
            ""
        },
        {
            Op("parameters: [{ name: X-A, in: header, style: simple, explode: false }]"),
            Op("parameters: [{ name: X-A, in: header }]"),
            ""
        },
        {
            Op("parameters: [{ name: q, in: query, style: pipeDelimited }]"),
            Op("parameters: [{ name: q, in: query }]"),
            "breaking parameter.style new#/paths/~1a/get/parameters/0"
        },
        {
            Op("parameters: [{ name: id, in: path }]", "/a/{id}"),
            Op("parameters: [{ name: key, in: path }]", "/a/{key}"), ""
        },
        {
            Op(),
            Op("requestBody: { content: { text/plain: { } } }"),
            "compatible body.added new#/paths/~1a/get/requestBody"
        },
        {
            Op(),
            Op("requestBody: { required: true, content: { text/plain: { } } }"),
            "breaking body.added new#/paths/~1a/get/requestBody"
        },
        {
            Op("requestBody: { content: { text/plain: { } } }"),
            Op(),
            "breaking body.removed old#/paths/~1a/get/requestBody"
        },
        {
            Op("requestBody: { content: { text/plain: { }, text/csv: { } } }"),
            Op("requestBody: { content: { text/plain: { } } }"),
            "breaking media-type.removed old#/paths/~1a/get/requestBody"
        },
        { Op(), Op("security: [{ key: [] }]"), "breaking security.changed new#/paths/~1a/get/security" },
        {
            Op("security: [{ key: [] }]"),
            Op("security: [{ key: [] }, { }]"),
            "compatible security.changed new#/paths/~1a/get/security"
        },
        {
            Op("security: [{ key: [] }]"),
            Op("security: [{ key: [] }, { oauth: [a] }]"),
            "compatible security.changed new#/paths/~1a/get/security"
        },
        {
            Op("security: [{ oauth: [a] }]"),
            Op("security: [{ oauth: [a, b] }]"),
            "breaking security.changed new#/paths/~1a/get/security"
        },
        {
            Op(more: "security: [{ key: [] }]"),
            Op("security: []", more: "security: [{ key: [] }]"),
            "compatible security.changed new#/paths/~1a/get/security"
        },
        {
            Op(more: "servers: [{ url: /v1 }]"),
            Op(more: "servers: [{ url: /v2 }]"),
            "breaking server.removed old#/servers/0; compatible server.added new#/servers/0"
        },
        {
            Op(more: "servers: [{ url: 'http://127.0.0.1:1/v1' }]"),
            Op(more: "servers: [{ url: 'http://127.0.0.1:2/v1/' }]"),
            "other server.address new#/servers/0"
        },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Compare_OneChange_IsToldWithItsPlace(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join("; ", Documents.Changes(before, after)));

    [Theory]
    [InlineData("'204': { description: none }", "", "breaking answer.removed old#/paths/~1a/get/responses/204")]
    [InlineData("'404': { description: none }", "", "other answer.removed old#/paths/~1a/get/responses/404")]
    [InlineData("", "'404': { description: none }", "compatible answer.added new#/paths/~1a/get/responses/404")]
    [InlineData(
        "'204': { description: n, headers: { ETag: { } } }", "'204': { description: n }",
        "breaking header.removed old#/paths/~1a/get/responses/204/headers/ETag")]
    [InlineData(
        "'204': { description: n, headers: { ETag: { }, etag: { } } }",
        "'204': { description: n, headers: { ETAG: { }, eTag: { }, Etag: { } } }", "")]
    public void Compare_Answers_TellWhatIsGone(string before, string after, string expected)
    {
        static string Doc(string answer) => Documents.Yaml(
            $"/a:\n  get:\n    responses:\n      '200': {{ description: ok }}\n      {answer}");

        Assert.Equal(expected, string.Join("; ", Documents.Changes(Doc(before), Doc(after))));
    }

    /// <summary>Before 3.1 what stands beside a reference does not count.</summary>
    [Theory]
    [InlineData("3.0.3", "")]
    [InlineData("3.1.0", "breaking schema.bound")]
    [InlineData("3.2.0", "breaking schema.bound")]
    public void Compare_BesideAReference_CountsSince31(string version, string expected)
    {
        string Doc(string more) => Documents.Yaml(
            "/a:\n  get:\n    parameters: [{ name: q, in: query, schema: "
            + $"{{ $ref: '#/components/schemas/A'{more} }} }}]\n    responses: {{ }}",
            "A: { type: string }", version);

        string changes = string.Join("; ", Documents.Changes(Doc(""), Doc(", maxLength: 5")));

        Assert.StartsWith(expected, changes, StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, changes.Length == 0);
    }

    [Fact]
    public void Compare_MethodOfItsOwn_IsAnOperation()
    {
        static string Doc(string more) => Documents.Yaml(
            $"/a: {{ get: {{ responses: {{ }} }}, additionalOperations: {{ {more} }} }}", version: "3.2.0");

        Assert.Equal(
            ["breaking operation.removed old#/paths/~1a/additionalOperations/COPY"],
            Documents.Changes(Doc("COPY: { responses: { } }"), Doc("")));
    }

    [Fact]
    public void Compare_SharedSchemaInACircle_IsToldOnceWithAllOperations()
    {
        static string Doc(string price) => Documents.Yaml("""
            /a:
              get:
                responses:
                  '200':
                    description: ok
                    content: { application/json: { schema: { $ref: '#/components/schemas/Node' } } }
            /b:
              get:
                responses:
                  '200':
                    description: ok
                    content: { application/json: { schema: { $ref: '#/components/schemas/Leaf' } } }
            /c:
              get: { responses: { '200': { description: ok } } }
            """, $$"""
            Node:
              type: object
              properties:
                next: { $ref: '#/components/schemas/Node' }
                leaf: { $ref: '#/components/schemas/Leaf' }
            Leaf:
              allOf:
                - { $ref: '#/components/schemas/Base' }
                - { type: object, properties: { owner: { $ref: '#/components/schemas/Node' } } }
            Base: { type: object, properties: { price: { type: {{price}} } } }
            """);

        var change = Assert.Single(Documents.Compare(Doc("integer"), Doc("string")).Changes);

        Assert.Equal("the type of Leaf.price in answers is string now, integer before", change.Message);
        Assert.Equal("/components/schemas/Base/properties/price", change.Pointer);
        Assert.Equal(["GET /a", "GET /b"], change.Operations);
    }

    [Fact]
    public void Compare_SameDocument_IsNoChange()
    {
        string shop = Documents.File("shop-1.yaml");

        Assert.Empty(Documents.Compare(shop, shop).Changes);
    }

    [Fact]
    public void Compare_ReferencesThatGoRoundOverAnUnnamedPlace_Ends()
    {
        const string Round = "#/paths/~1a/get/responses/200/content/application~1json/schema";
        static string Of(string title) => Documents.Yaml($$"""
            /a:
              get:
                summary: {{title}}
                responses:
                  '200':
                    description: ok
                    content:
                      application/json:
                        schema: { type: object, properties: { child: { $ref: '{{Round}}' } } }
            """);

        Assert.Contains("other operation.description new#/paths/~1a/get", Documents.Changes(Of("a"), Of("b")));
    }
}
