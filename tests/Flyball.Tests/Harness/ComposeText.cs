namespace Flyball.Tests.Harness;

/// <summary>Compose files for the tests: one real service of the sample shop behind the gateway.</summary>
internal static class ComposeText
{
    public const string Host = "test.localhost";

    /// <summary>
    /// The shop's catalogue as <c>t.web</c>, reached at <see cref="Host"/>; <c>/products</c> answers by itself.
    /// </summary>
    public static string Web(int replicas = 2, string version = "1", string command = "[\"dotnet\", \"Shop.Catalogue.dll\"]", string more = "") => $$"""
        name: t
        services:
          web:
            x-driver: process
            working_dir: {{Executables.Shop("catalogue")}}
            command: {{command}}
            environment: { RELEASE: "{{version}}" }
            stop_grace_period: 5s
            deploy:
              replicas: {{replicas}}
              update_config: { parallelism: 1, monitor: 500ms }
            healthcheck: { test: ["HTTP", "/healthz"], interval: 1s, start_period: 20s }
            x-route: { host: {{Host}} }
        {{more}}
        """;

    /// <summary>A shell's script as <c>t.web</c>, one process.</summary>
    public static string Shell(string script, string environment = "") => $$"""
        name: t
        services:
          web:
            x-driver: process
            command: ["/bin/sh", "-c", "{{script}}"]
            environment: { {{environment}} }
            stop_grace_period: 2s
        """;

    /// <summary>A service that starts within milliseconds: busybox's httpd, one file.</summary>
    /// <param name="folder">What is served.</param>
    /// <param name="replicas">How many.</param>
    /// <param name="labels">Labels as a YAML map in one line.</param>
    public static string Quick(string folder, int replicas, string labels = "{}") => $$"""
        name: t
        services:
          web:
            x-driver: process
            working_dir: {{folder}}
            command: ["busybox", "httpd", "-f", "-p", "127.0.0.1:$$PORT", "-h", "{{folder}}"]
            labels: {{labels}}
            deploy:
              replicas: {{replicas}}
              update_config: { parallelism: 0, monitor: 100ms }
            healthcheck: { test: ["HTTP", "/index.html"], interval: 1s, start_period: 20s }
            x-route: { host: {{Host}} }
        """;
}
