#include "event.h"

#include <stddef.h>

/* Only what people and programs of an ordinary account do carries weight; the rest is there for
 * the plants. */
static const struct aws_call calls[] = {
    {"sts", "AssumeRole", true,
     "{\"roleArn\":\"arn:aws:iam::000000000000:role/deploy\",\"roleSessionName\":\"session\","
     "\"durationSeconds\":3600}",
     "{\"credentials\":{\"accessKeyId\":\"ASIAEXAMPLE0EXAMPLE0\",\"expiration\":\"Mar 31, 2026, "
     "11:00:00 PM\"}}",
     30},
    {"ec2", "DescribeInstances", true,
     "{\"maxResults\":1000,\"instancesSet\":{},\"filterSet\":{\"items\":[{\"name\":"
     "\"instance-state-name\",\"valueSet\":{\"items\":[{\"value\":\"running\"}]}}]}}",
     "null", 12},
    {"ec2", "DescribeSubnets", true, "{\"subnetSet\":{},\"filterSet\":{}}", "null", 8},
    {"ec2", "DescribeVolumes", true, "{\"volumeSet\":{},\"filterSet\":{}}", "null", 6},
    {"ec2", "CreateTags", false,
     "{\"resourcesSet\":{\"items\":[{\"resourceId\":\"vol-0a1b2c3d4e5f60718\"}]},\"tagSet\":{"
     "\"items\":[{\"key\":\"cost-centre\",\"value\":\"4711\"}]}}",
     "{\"requestId\":\"0f0e0d0c-0b0a-4908-8706-050403020100\",\"_return\":true}", 3},
    {"ec2", "RunInstances", false,
     "{\"instancesSet\":{\"items\":[{\"imageId\":\"ami-0123456789abcdef0\",\"minCount\":1,"
     "\"maxCount\":1}]},\"instanceType\":\"m7i.large\",\"monitoring\":{\"enabled\":false}}",
     "{\"instancesSet\":{\"items\":[{\"instanceId\":\"i-0fedcba9876543210\",\"instanceState\":{"
     "\"code\":0,\"name\":\"pending\"}}]}}",
     2},
    {"s3", "GetBucketAcl", true,
     "{\"bucketName\":\"reports-archive\",\"Host\":\"reports-archive.s3.amazonaws.com\",\"acl\":"
     "\"\"}",
     "null", 6},
    {"s3", "ListBuckets", true, "{\"Host\":\"s3.amazonaws.com\"}", "null", 1},
    {"s3", "PutBucketTagging", false,
     "{\"bucketName\":\"reports-archive\",\"tagging\":\"\",\"Host\":"
     "\"reports-archive.s3.amazonaws.com\"}",
     "null", 1},
    {"kms", "Decrypt", true,
     "{\"encryptionContext\":{\"aws:s3:arn\":\"arn:aws:s3:::reports-archive\"},"
     "\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}",
     "null", 14},
    {"logs", "CreateLogStream", false,
     "{\"logGroupName\":\"/aws/lambda/nightly-report\",\"logStreamName\":\"2026/03/31/[$LATEST]\"}",
     "null", 6},
    {"lambda", "Invoke", false, "{\"functionName\":\"nightly-report\"}", "null", 4},
    {"cloudwatch", "PutMetricAlarm", false,
     "{\"alarmName\":\"queue depth\",\"metricName\":\"ApproximateNumberOfMessagesVisible\","
     "\"threshold\":500,\"period\":300,\"evaluationPeriods\":2}",
     "null", 2},
    {"iam", "GetUser", true, "null", "null", 1},
    {"iam", "ListRoles", true, "{\"maxItems\":100}", "null", 2},
    {"signin", "ConsoleLogin", false, "null", "{\"ConsoleLogin\":\"Success\"}", 2},
    {"sts", "GetCallerIdentity", true, "null", "null", 0},
    {"iam", "ListAttachedUserPolicies", true, "{\"userName\":\"build\"}", "null", 0},
    {"iam", "ListGroupsForUser", true, "{\"userName\":\"build\"}", "null", 0},
    {"ses", "GetSendQuota", true, "null", "null", 0},
    {"ses", "ListIdentities", true, "{\"identityType\":\"Domain\"}", "null", 0},
    {"ses", "UpdateAccountSendingEnabled", false, "{\"enabled\":true}", "null", 0},
    {"ses", "SendEmail", false,
     "{\"source\":\"billing@contoso.example\",\"destination\":{\"toAddresses\":[\"HIDDEN_DUE_TO_"
     "SECURITY_REASONS\"]}}",
     "null", 0},
    {"sns", "SetSMSAttributes", false, "{\"attributes\":{\"MonthlySpendLimit\":\"1000\"}}", "null",
     0},
    {"sns", "Publish", false, "{\"phoneNumber\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}", "null", 0},
};
enum { CALLS = sizeof calls / sizeof *calls };

static const char *const regions[] = {"us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2"};

static const struct agent programs[] = {
    {"aws-sdk-java/2.31.6 ua/2.1 os/Linux#6.1 lang/java#21.0.6", "", "", ""},
    {"Boto3/1.37.11 md/Botocore#1.37.11 ua/2.1 os/linux#6.1.0 lang/python#3.11.2", "", "", ""},
    {"APN/1.0 HashiCorp/1.0 Terraform/1.11.2 (+https://www.terraform.io) "
     "terraform-provider-aws/5.91.0",
     "", "", ""},
    {"aws-cli/2.24.24 md/awscrt#0.23.8 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.9", "",
     "", ""},
};
static const struct agent services[] = {
    {"config.amazonaws.com", "", "", ""},
    {"autoscaling.amazonaws.com", "", "", ""},
    {"cloudtrail.amazonaws.com", "", "", ""},
};

const struct aws_call *aws_call(const char *name) {
    for (unsigned i = 0; i < CALLS; i++)
        if (!strcmp(calls[i].name, name)) return &calls[i];
    return NULL;
}

void event_draw_aws(struct event *event, struct random *random, const struct world *world,
                    const struct tenant *tenant, ticks emitted) {
    *event = (struct event){.subject = SUBJECT_AWS, .tenant = tenant};
    for (int i = 0; i < 6; i++) event->ids[i] = random_next(random);
    event->dice = random_next(random);
    event->emitted = event->created = emitted;
    event->user = world_user(world, random);
    event->place = &places[event->user->place];
    event->region = regions[0];
    uint32_t who = random_below(random, 100);
    if (who < 40) {
        event->caller = CALLER_SERVICE;
        event->agent = &services[random_below(random, 3)];
        strcpy(event->address, event->agent->header);
    } else {
        event->caller = who < 80 ? CALLER_ROLE : CALLER_USER;
        event->agent = &programs[event->user->agent % 4];
        strcpy(event->address, tenant->offices[event->user->office]);
    }
    uint32_t slot = random_below(random, 100);
    unsigned i = 0;
    while (slot >= calls[i].weight) slot -= calls[i++].weight; /* they add up to 100 */
    event->call = &calls[i];
    event->denied = event->caller != CALLER_SERVICE && random_below(random, 25) == 0;
}
