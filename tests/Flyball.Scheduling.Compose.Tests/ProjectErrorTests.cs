namespace Flyball.Scheduling.Compose.Tests;

public sealed class ProjectErrorTests
{
    [Fact]
    public void Compile_ManyErrors_TellsAllInFileOrder()
    {
        ComposeResult result = Yml.Compile(
            """
            servces: {}
            services:
              web:
                image: Web
                ports: [ "a:b" ]
                restart: sometimes
              db:
                volumes: [ "x" ]
            """);

        Assert.Equal(
            [
                "compose.yaml:1:1: servces: unknown key 'servces' (did you mean 'services'?)",
                "compose.yaml:4:12: services.web.image: 'Web' is no image reference: 'Web' has upper-case letters, " +
                "which image names may not have",
                "compose.yaml:5:14: services.web.ports[0]: 'b' is no port number",
                "compose.yaml:6:14: services.web.restart: 'sometimes' is not one of no, always, unless-stopped, " +
                "on-failure, on-failure:5",
                "compose.yaml:7:3: services.db: the service has neither an image nor a build (x-driver: process " +
                "runs a command without a container)",
                "compose.yaml:8:16: services.db.volumes[0]: 'x' must be an absolute path in the container, and not '/'",
            ],
            result.Errors.Select(error => error.ToString()));
        Assert.Empty(result.Workloads);
    }

    [Theory]
    [InlineData("", "compose.yaml: there is nothing in the file")]
    [InlineData("[]", "compose.yaml:1:1: a Compose file is a mapping with a 'services' key")]
    [InlineData("services: {}", "compose.yaml:1:11: services: there are no services")]
    [InlineData("name: A B\nservices: { a: { image: x } }",
        "compose.yaml:1:7: name: the project name 'A B' must be lower-case letters, digits, '-' and '_', beginning " +
        "with a letter or digit, at most 63 (for example 'ab')")]
    [InlineData("services: { \"a b\": { image: x } }",
        "compose.yaml:1:20: services.a b: the service name 'a b' must be letters, digits, '.', '-' and '_', " +
        "beginning with a letter or digit, at most 63")]
    [InlineData("services: { a: { image: x }\nb: 1", "this is not valid YAML")]
    [InlineData("a: b: c", "compose.yaml:1:5: this is not valid YAML")]
    [InlineData("services: { a: { image: x } }\n---\n{}",
        "compose.yaml:2:1: more than one YAML document (give each its own file with -f)")]
    [InlineData("services: { a: { image: x, x-route: { host: h, port: 1 } }, b: { image: x, x-route: { host: H., " +
        "port: 1 } } }",
        "the route h / is also a route of 'a'")]
    [InlineData("services: { a: { image: x, profiles: [p] }, b: { image: x, depends_on: [a] } }",
        "the service 'a' is in no active profile (activate its profile, or set required: false)")]
    [InlineData("services: { a: { image: x } }\nsecrets: { s: { external: true } }",
        "secrets.s.external: 'external' is not supported: there is no store of them yet; use file or environment")]
    [InlineData("services: { a: { image: x } }\nconfigs: { c: { file: a, content: b } }",
        "compose.yaml:2:15: configs.c: must have one of file, environment or content")]
    [InlineData("services: { a: { image: x } }\nsecrets: { c: { environment: NOPE } }",
        "the variable 'NOPE' is not set")]
    [InlineData("services: { a: { image: x } }\nvolumes: { v: { driver: nfs } }",
        "compose.yaml:2:25: volumes.v.driver: the driver 'nfs' is not supported: only 'local'")]
    [InlineData("include: [ other.yaml ]\nservices: { a: { image: x } }",
        "compose.yaml:1:1: include: 'include' is not supported: files are combined with several -f")]
    public void Compile_BadProject_TellsIt(string text, string expected) =>
        Assert.Contains(expected, Yml.Errors(Yml.Compile(text)), StringComparison.Ordinal);

    [Fact]
    public void Compile_LongCircle_NamesItOnce()
    {
        ComposeResult result = Yml.Compile(
            """
            services:
              a: { image: x, depends_on: [ b ] }
              b: { image: x, depends_on: [ c ] }
              c: { image: x, depends_on: [ a ] }
              d: { image: x, depends_on: [ a ] }
            """);

        Assert.Equal(
            "compose.yaml:4:32: services.c.depends_on.a: services wait for each other in a circle: a → b → c → a",
            Yml.Errors(result));
    }

    [Fact]
    public void Compile_ErrorInOverride_NamesThatFile()
    {
        ComposeResult result = Yml.Compile(
            "services: { a: { image: x, ports: [\"80:80\"] } }", "services:\n  a:\n    ports:\n      - nine\n");

        Assert.Equal("over1.yaml:4:9: services.a.ports[1]: 'nine' is no port number", Yml.Errors(result));
    }

    [Fact]
    public void Compile_RelativeProjectDirectory_IsAnError() =>
        Assert.Contains(
            "must be an absolute path", Yml.Errors(
                ComposeCompiler.Compile(
                    Yml.Input(
                        "services: {a: {image: x}}") with { ProjectDirectory = "shop" })), StringComparison.Ordinal);
}
